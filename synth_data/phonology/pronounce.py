"""Characters to spoken syllables, by the phonology files beside this module.

Mandarin and its coloured forms: pinyin (pypinyin), then the rules of the dialect, then espeak-ng's phonemes.
Cantonese: Jyutping (ToJyutping), which the voice yue-Latn-jyutping speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from synth_data.phonology import cantonese, mandarin
from synth_data.phonology.tables import DIALECTS, PronunciationError

LANGUAGES = {"yue": "yue-Latn-jyutping"}
"""The espeak-ng voice of a dialect; all others speak through the Mandarin one."""

TOKEN = re.compile(r"[A-Za-z]|[，。、！？；：,.!?;:…—]+|[\u3400-\u9fff]+|\s+|.", re.DOTALL)
PAUSE = re.compile(r"[，。、！？；：,.!?;:…—]+")

__all__ = ["DIALECTS", "PronunciationError", "Spoken", "pronounce"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One syllable: `notation` is what espeak-ng is given, `phones` the units it sounds. A pause has neither."""

    notation: str
    phones: tuple[str, ...]

    @property
    def is_pause(self) -> bool:
        return not self.phones


def pronounce(text: str, dialect: str) -> tuple[Spoken, ...]:
    """The syllables of `text` in `dialect` (a code of DIALECTS). Digits must have been read out already.

    Raises PronunciationError for an unknown dialect or a character that has no reading.
    """
    if dialect not in DIALECTS:
        raise PronunciationError(f"no phonology for dialect {dialect!r}; there are: {', '.join(DIALECTS)}")
    spoken: list[Spoken] = []
    for token in TOKEN.findall(text):
        if PAUSE.fullmatch(token):
            spoken.append(Spoken("", ()))
        elif not token.isspace():
            read = cantonese.read if dialect == "yue" else mandarin.read
            spoken.extend(Spoken(notation, phones) for notation, phones in read(token, dialect))
    return tuple(spoken)


@cache
def language(dialect: str) -> str:
    """The espeak-ng language that speaks `dialect`."""
    return LANGUAGES.get(dialect, "cmn-latn-pinyin")
