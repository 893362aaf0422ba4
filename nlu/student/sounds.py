"""How characters sound, in Mandarin and in Cantonese: tables that travel with the model, so parsing needs no dictionary."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass

from nlu.pinyin import Syllables

FIRST, LAST = 0x4E00, 0x9FFF
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_MERGED = {
    "zh": "z",
    "ch": "c",
    "sh": "s",
    "n": "l",
    "r": "l",
    "ang": "an",
    "eng": "en",
    "ing": "in",
    "iang": "ian",
    "uang": "uan",
}
"""Sounds that speakers and recognisers confuse fall together."""


class SoundsError(ValueError):
    """The dictionary that the tables are made from is missing; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """The syllables of every Chinese character, without tones: Hanyu Pinyin, and Jyutping."""

    mandarin: Syllables
    cantonese: Syllables


def coarse(syllable: str) -> tuple[str, str]:
    """Initial and final of a Pinyin syllable with confusable sounds merged; ('', syllable) where there is no initial."""
    initial = next((one for one in _INITIALS if syllable.startswith(one)), "")
    final = syllable[len(initial) :]
    return _MERGED.get(initial, initial), _MERGED.get(final, final)


@functools.cache
def dictionaries() -> Sounds:
    """The tables from pypinyin and ToJyutping: each character's most frequent reading. Raises SoundsError."""
    from pypinyin.constants import PINYIN_DICT

    try:
        import ToJyutping  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as fault:
        raise SoundsError("training needs Cantonese readings; run: pip install 'xiangyin[train]'") from fault
    characters = [chr(code) for code in range(FIRST, LAST + 1)]
    mandarin = [_toneless(PINYIN_DICT.get(ord(character), "").split(",")[0]) for character in characters]
    readings = [ToJyutping.get_jyutping_list(character)[0][1] for character in characters]
    return Sounds(_table(mandarin), _table([(reading or "").rstrip("123456") for reading in readings]))


def _toneless(reading: str) -> str:
    # Decomposed, the tone is a mark of its own; ü becomes v, as people type it.
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǚ", "v").replace("ǜ", "v").replace("ǘ", "v"))
    return "".join(letter for letter in letters if letter.isascii())


def _table(readings: list[str]) -> Syllables:
    names = tuple(sorted(set(readings)))
    index = {name: at for at, name in enumerate(names)}
    return Syllables(names, tuple(index[reading] for reading in readings))
