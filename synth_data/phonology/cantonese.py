"""Cantonese: characters to Jyutping, and Jyutping to phones."""

from __future__ import annotations

import re

from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import MissingReadingsError, PronunciationError, phonology

JYUTPING = re.compile(r"(ng|gw|kw|[bpmfdtnlgkhwzcsj])?((?:aa?|eo?|oe?|i|u|yu)(?:[iumnptk]|ng)?|m|ng)([1-6])")
SHARED = {"b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "s"}
"""Initials that espeak-ng sounds alike in both languages, so that a recogniser shares their units."""

CONTOURS = {"1": (5, 5), "2": (2, 5), "3": (3, 3), "4": (2, 1), "5": (2, 3), "6": (2, 2)}
SHORT_CONTOURS = {**CONTOURS, "1": (5,), "3": (3,), "6": (2,)}
"""Bauer and Benedict, Modern Cantonese Phonology (1997), chapter 2: Hong Kong; before a stop the level tones are short."""


def read(token: str, dialect: str) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter, in Jyutping."""
    rules = phonology(dialect)
    if token.isascii():
        letter = rules.letters.get(token.upper())
        if letter is None:
            raise PronunciationError(f"cannot read {token!r} aloud; digits and signs must be written as words")
        return [sound(jyutping) for jyutping in letter]
    return [sound(jyutping) for jyutping in _readings(token, rules.words)]


def sound(jyutping: str) -> Spoken:
    """One syllable; phones that Mandarin lacks are prefixed `yue:`."""
    parts = JYUTPING.fullmatch(jyutping)
    if parts is None:
        raise PronunciationError(f"{jyutping!r} is not a syllable of Jyutping")
    initial, final, tone = parts[1] or "", parts[2], parts[3]
    last = f"yue:{final}{tone}"
    first = (initial if initial in SHARED else f"yue:{initial}",) if initial else ()
    contour = SHORT_CONTOURS[tone] if final[-1] in "ptk" else CONTOURS[tone]
    return Spoken(jyutping, (*first, last), jyutping, contour)


def _readings(run: str, words: dict[str, tuple[str, ...]]) -> list[str]:
    try:
        import ToJyutping  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as fault:
        raise MissingReadingsError("Cantonese needs the package ToJyutping; run: pip install 'xiangyin[train]'") from fault
    plain = [reading for _, reading in ToJyutping.get_jyutping_list(run)]
    readings: list[str] = []
    at = 0
    while at < len(run):
        word = next((run[at:end] for end in range(len(run), at, -1) if run[at:end] in words), None)
        if word is not None:
            readings.extend(words[word])
            at += len(word)
            continue
        if not plain[at]:
            raise PronunciationError(f"no Cantonese reading for {run[at]!r}")
        readings.append(plain[at])
        at += 1
    return readings
