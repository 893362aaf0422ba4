"""Characters to spoken syllables, by the phonology files beside this module.

Mandarin and its coloured forms: pinyin (pypinyin), then the rules of the dialect, then espeak-ng's phonemes.
Cantonese: Jyutping (ToJyutping), which the voice yue-Latn-jyutping speaks.
"""

from __future__ import annotations

import re
from functools import cache

from synth_data.phonology import cantonese, mandarin, wu
from synth_data.phonology.accent import Accent, draw_accent, usual_accent
from synth_data.phonology.spoken import Spoken
from synth_data.phonology.tables import DIALECTS, PronunciationError

LANGUAGES = {"yue": "yue-Latn-jyutping"}
"""The espeak-ng voice of a dialect; all others speak through the Mandarin one."""

TOKEN = re.compile(r"[A-Za-z]|[，。、！？；：,.!?;:…—]+|[\u3400-\u9fff\U00020000-\U0002ffff]+|\s+|.", re.DOTALL)
PAUSE = re.compile(r"[，。、！？；：,.!?;:…—]+")

READERS = {"yue": cantonese.read, "wuu": wu.read}
"""Who reads the languages of their own; all others are Mandarin."""

PAUSE_SPOKEN = Spoken("", ())

__all__ = ["DIALECTS", "Accent", "PronunciationError", "Spoken", "draw_accent", "pronounce"]


def pronounce(text: str, dialect: str, accent: Accent | None = None) -> tuple[Spoken, ...]:
    """The syllables of `text` in `dialect` (a code of DIALECTS). Digits must have been read out already.

    `accent`: how this speaker has it; without one, as most speakers of the dialect do, always the same.

    Raises PronunciationError for an unknown dialect or a character that has no reading.
    """
    if accent is not None and accent.dialect != dialect:
        raise PronunciationError(f"an accent of {accent.dialect} cannot speak {dialect}; draw one for it")
    shown = accent or usual_accent(dialect)
    spoken: list[Spoken] = []
    for token in TOKEN.findall(text):
        if PAUSE.fullmatch(token):
            spoken.append(PAUSE_SPOKEN)
        elif not token.isspace():
            spoken.extend(READERS.get(dialect, mandarin.read)(token, shown))
    return tuple(spoken)


@cache
def language(dialect: str) -> str:
    """The espeak-ng language that speaks `dialect`."""
    return LANGUAGES.get(dialect, "cmn-latn-pinyin")
