"""Cantonese: characters to Jyutping, and Jyutping to phones."""

from __future__ import annotations

import re

from synth_data.phonology.accent import Accent
from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import NO_INITIAL, MissingReadingsError, PronunciationError, Rule, letters, words

JYUTPING = re.compile(r"(ng|gw|kw|[bpmfdtnlgkhwzcsj])?((?:aa?|eo?|oe?|i|u|yu)(?:[iumnptk]|ng)?|m|ng)([1-6])")
SHARED = {"b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "s"}
"""Initials that espeak-ng sounds alike in both languages, so that a recogniser shares their units."""
CONTOURS = {"1": (5, 5), "2": (2, 5), "3": (3, 3), "4": (2, 1), "5": (2, 3), "6": (2, 2)}
SHORT_CONTOURS = {**CONTOURS, "1": (5,), "3": (3,), "6": (2,)}
"""R. S. Bauer and P. K. Benedict, Modern Cantonese phonology (1997), chapter 2: Hong Kong. Before a stop the level tones are
short; a changed tone (the 2 of 电话 din6 waa2) is as long as any other."""
SYLLABIC = {"m": "m-", "ng": "N-"}
"""唔 and 五 as phonemes of the voice: read from Jyutping it swallows them, and gives their tone to the syllable before."""


def read(token: str, accent: Accent) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter, in Jyutping."""
    rules = tuple(accent.shown())
    if token.isascii():
        name = letters(accent.dialect).get(token.upper())
        if name is None:
            raise PronunciationError(f"cannot read {token!r} aloud; digits and signs must be written as words")
        return [sound(jyutping) for jyutping in name]
    return [sound(lazy(jyutping, rules)) for jyutping in _readings(token, words(accent.dialect))]


def sound(jyutping: str) -> Spoken:
    """One syllable; phones that Mandarin lacks are prefixed `yue:`."""
    initial, final, tone = _parts(jyutping)
    last = f"yue:{final}{tone}"
    first = (initial if initial in SHARED else f"yue:{initial}",) if initial else ()
    contour = (SHORT_CONTOURS if final[-1] in "ptk" else CONTOURS)[tone]
    notation = f"[[{SYLLABIC[final]}{tone}]]" if final in SYLLABIC else jyutping
    return Spoken(notation, (*first, last), jyutping, contour)


def lazy(jyutping: str, rules: tuple[Rule, ...]) -> str:
    """A syllable after the rules that its speaker follows: 你 nei5 is lei5, 我 ngo5 is o5."""
    initial, final, tone = _parts(jyutping)
    for rule in rules:
        if rule.when_final and final not in rule.when_final:
            continue
        if rule.when_initial and initial not in rule.when_initial:
            continue
        initial = rule.initial.get(initial or NO_INITIAL, initial).removeprefix(NO_INITIAL)
        final = rule.final.get(final, final)
    return initial + final + tone


def _parts(jyutping: str) -> tuple[str, str, str]:
    parts = JYUTPING.fullmatch(jyutping)
    if parts is None:
        raise PronunciationError(f"{jyutping!r} is not a syllable of Jyutping")
    return parts[1] or "", parts[2], parts[3]


def _readings(run: str, own: dict[str, tuple[str, ...]]) -> list[str]:
    try:
        import ToJyutping  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as fault:
        raise MissingReadingsError("Cantonese needs the package ToJyutping; run: pip install 'xiangyin[train]'") from fault
    plain = [reading for _, reading in ToJyutping.get_jyutping_list(run)]
    readings: list[str] = []
    at = 0
    while at < len(run):
        word = next((run[at:end] for end in range(len(run), at, -1) if run[at:end] in own), None)
        if word is not None:
            readings.extend(own[word])
            at += len(word)
            continue
        if not plain[at]:
            raise PronunciationError(f"no Cantonese reading for {run[at]!r}")
        readings.append(plain[at])
        at += 1
    return readings
