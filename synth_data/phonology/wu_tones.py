"""Tones of Shanghai in words: the first syllable's tone spreads over the whole, the others lose theirs.

Left-dominant (广用式) and right-dominant (窄用式) sandhi after Xu Baohua and Tang Zhenzhu, Shanghai shiqu fangyan zhi (1988),
chapter 2, and Qian Nairong, Shanghaihua da cidian (2007), introduction, the table of patterns by tone and length.
"""

from __future__ import annotations

from collections.abc import Sequence

CITATION = {1: "53", 5: "34", 6: "23", 7: "55", 8: "12"}
SPREAD: dict[int, tuple[tuple[str, ...], ...]] = {
    1: (("55", "31"), ("55", "33", "31"), ("55", "33", "33", "31"), ("55", "33", "33", "33", "31")),
    5: (("33", "44"), ("33", "55", "31"), ("33", "55", "33", "31"), ("33", "55", "33", "33", "31")),
    6: (("22", "44"), ("22", "55", "31"), ("22", "55", "33", "31"), ("22", "55", "33", "33", "31")),
    7: (("33", "44"), ("33", "55", "31"), ("33", "55", "33", "31"), ("33", "55", "33", "33", "31")),
    8: (("11", "23"), ("11", "22", "23"), ("22", "55", "33", "31"), ("22", "55", "33", "33", "31")),
}
"""Contours of words of two to five syllables by the tone of the first."""
BEFORE_ANOTHER = {1: "44", 5: "44", 6: "33", 7: "44", 8: "22"}
"""A word of one syllable before another, verb and object: its own tone levelled."""
LONGEST = 5


def word_contours(tones: Sequence[int], last: bool) -> tuple[str, ...]:
    """The contours of one word of up to LONGEST syllables; `last`: nothing follows in the phrase."""
    if len(tones) == 1:
        return (CITATION[tones[0]] if last else BEFORE_ANOTHER[tones[0]],)
    return SPREAD[tones[0]][len(tones) - 2]


def grouped(pieces: Sequence[str], particles: str, numerals: str, classifiers: str) -> list[int]:
    """How many characters each phonological word has.

    Particles lean on the word before them; a numeral runs on to its classifier; what is longer than LONGEST falls into two.
    """
    lengths: list[int] = []
    before = ""
    for piece in pieces:
        leans = len(piece) == 1 and (piece in particles or (before in numerals and piece in numerals + classifiers))
        if before and leans and lengths[-1] < LONGEST:
            lengths[-1] += 1
        elif len(piece) > LONGEST:
            lengths += [LONGEST, *grouped([piece[LONGEST:]], "", "", "")]
        else:
            lengths.append(len(piece))
        before = piece[-1:]
    return lengths
