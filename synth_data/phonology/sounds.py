"""Mandarin's sounds: pinyin in its parts, and parts as espeak-ng's phonemes. What the table lacks is put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from synth_data.phonology.tables import NO_INITIAL, PronunciationError

FILE = Path(__file__).with_name("cmn_syllables.tsv")
INITIALS = {
    **{"b": "p", "p": "ph", "m": "m", "f": "f", "d": "t", "t": "th", "n": "n", "l": "l", "g": "k", "k": "kh", "h": "X"},
    **{"j": "tS;", "q": "tS;h", "x": "S;", "z": "ts", "c": "tsh", "s": "s", "zh": "ts.", "ch": "ts.h", "sh": "s."},
    **{"r": "z.", "ng": "N", "v": "v", "pf": "pf", "pfh": "pfh"},
}
"""Each initial in espeak-ng's phonemes. v, ng, pf (Xi'an 猪) and pfh are of the dialects only."""
SPELT = {"ih": "i", "iz": "i", "uei": "ui", "uen": "un", "iou": "iu", "i": "ii"}
"""Finals as pinyin writes them after an initial, where that differs; ii is the i of 西 after z, c, s."""
PARTS = re.compile(r"(pfh?|ng|[zcs]h|[bpmfdtnlgkhjqxzcsrv])(\w+)")


@dataclass(frozen=True, slots=True)
class Syllables:
    """Pinyin to (initial, final); those back to pinyin, and to espeak-ng's phonemes with {} where the tone goes. `tails`: finals
    as they sound after an initial. No initial is ''."""

    parts: dict[str, tuple[str, str]]
    spelling: dict[tuple[str, str], str]
    notation: dict[tuple[str, str], str]
    tails: dict[str, str]


@cache
def syllables() -> Syllables:
    """The table of cmn_syllables.tsv."""
    parts: dict[str, tuple[str, str]] = {}
    spelling: dict[tuple[str, str], str] = {}
    notation: dict[tuple[str, str], str] = {}
    tails: dict[str, str] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        pinyin, initial, final, phonemes = line.split("\t")
        key = (initial.removeprefix(NO_INITIAL), final)
        parts.setdefault(pinyin, key)
        spelling.setdefault(key, pinyin)
        notation.setdefault(key, phonemes)
        if key[0]:
            tails.setdefault(final, phonemes.removeprefix(INITIALS[initial]))
    return Syllables(parts, spelling, notation, tails)


def parts_of(base: str) -> tuple[str, str]:
    """(initial, final) of a syllable without its tone. Raises PronunciationError for what is none."""
    table = syllables()
    if base in table.parts:
        return table.parts[base]
    found = PARTS.fullmatch(base)
    final = found and next((long for long, short in SPELT.items() if short == found[2]), found[2])
    if found is None or final not in table.tails:
        raise PronunciationError(f"{base!r} is not a syllable of pinyin, nor of the dialects")
    return found[1], final


def spelling_of(initial: str, final: str) -> str:
    """Pinyin of the parts, also of such as Mandarin lacks ("fong", "gai")."""
    known = syllables().spelling.get((initial, final))
    return known or initial + SPELT.get(final, final)


def notation_of(initial: str, final: str) -> str:
    """espeak-ng's phonemes of the parts, {} where the tone goes. Raises PronunciationError where the final is unknown."""
    table = syllables()
    known = table.notation.get((initial, final))
    if known is not None:
        return known
    if final not in table.tails or (initial and initial not in INITIALS):
        raise PronunciationError(f"no sound for the initial {initial!r} with the final {final!r}")
    return INITIALS.get(initial, "") + table.tails[final]
