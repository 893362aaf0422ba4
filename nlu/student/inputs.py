"""What the student looks at: for each token its written form, its sounds, and both together with the token before it.

A token is one Chinese character, one Latin word, one number or one punctuation mark. Each has a row of feature ids; what
training never saw has none, so a strange character is still known by its sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.student.sounds import Sounds, coarse
from nlu.text import NUMBER_SIGN, Token, fold, is_han, tokens

Ids = npt.NDArray[np.int32]
WIDTH = 16
"""Features of one token at most; a Latin word has the most, for its groups of letters."""
PAD = 0
_BEGIN = "^"


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence made ready: its tokens and their features, `ids` (tokens, WIDTH), 0 where there are fewer."""

    folded: str
    tokens: tuple[Token, ...]
    ids: Ids


@dataclass(frozen=True, slots=True)
class Inputs:
    """Text to feature ids. `vocabulary` counts from 1; `marks` says whether punctuation is looked at."""

    vocabulary: Mapping[str, int]
    sounds: Sounds
    marks: bool = True

    def read(self, text: str) -> Read:
        """The sentence as the network takes it; it may have no tokens."""
        folded = fold(text)
        found = kept(folded, self.marks)
        ids = np.zeros((len(found), WIDTH), dtype=np.int32)
        for row, names in enumerate(features(folded, found, self.sounds)):
            known = [at for at in map(self.vocabulary.get, names) if at is not None][:WIDTH]
            ids[row, : len(known)] = known
        return Read(folded, found, ids)


def kept(folded: str, marks: bool) -> tuple[Token, ...]:
    """The tokens that are looked at."""
    return tuple(token for token in tokens(folded) if marks or not token.mark)


def features(folded: str, found: Sequence[Token], sounds: Sounds) -> Iterator[tuple[str, ...]]:
    """The names of each token's features, the plainest first."""
    before = sound_before = _BEGIN
    for token in found:
        written = folded[token.start : token.end]
        sound = sounds.mandarin.of(written)
        own = _own(written, token, sounds)
        yield (own[0], f"b{before} {written}", f"d{sound_before} {sound}", *own[1:])
        before, sound_before = written, sound


def build(texts: Iterable[str], sounds: Sounds, marks: bool, least: Mapping[str, int]) -> Inputs:
    """The vocabulary of training texts. `least` is how often a feature of a kind (its first letter) must occur (else once)."""
    counts: Counter[str] = Counter()
    for text in texts:
        folded = fold(text)
        for row in features(folded, kept(folded, marks), sounds):
            counts.update(row)
    names = sorted(name for name, count in counts.items() if count >= least.get(name[0], 1))
    return Inputs({name: at for at, name in enumerate(names, start=1)}, sounds, marks)


def _own(written: str, token: Token, sounds: Sounds) -> tuple[str, ...]:
    if is_han(written) and len(written) == 1:
        syllable = sounds.mandarin.of(written)
        initial, final = coarse(syllable)
        return f"c{written}", f"s{syllable}", f"i{initial}", f"f{final}", f"j{sounds.cantonese.of(written)}"
    if token.text == NUMBER_SIGN:
        return f"c{written}", NUMBER_SIGN, f"{NUMBER_SIGN}{len(written)}"
    if token.mark:
        return (f"m{written}",)
    return (f"w{written}", *letters(written))


def letters(word: str) -> Iterator[str]:
    """Groups of three and four letters, the edges framed."""
    framed = f"^{word}$"
    for length in (4, 3):
        for start in range(0, len(framed) - length + 1):
            yield f"l{framed[start : start + length]}"
