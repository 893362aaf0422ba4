"""Which recordings a folder holds, and what each of them says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from synth_data.phonology import PronunciationError, pronounce
from synth_data.voices.espeak import VoiceError

SOUNDS = {".mp3", ".opus", ".ogg", ".flac", ".wav"}
SYLLABLE = re.compile(r"[a-z]+[1-6]")
HANZI = re.compile(r"[\u3400-\u9fff]{1,4}")
TONES: dict[str, dict[str, tuple[int, ...]]] = {
    "cmn": {"1": (5, 5), "2": (3, 5), "3": (2, 1, 4), "4": (5, 1), "5": (2, 1)},
    "yue": {"1": (5, 5), "2": (2, 5), "3": (3, 3), "4": (2, 1), "5": (2, 3), "6": (2, 2)},
}
"""The tones of single syllables as recorded: Chao (1930) for Mandarin, Bauer and Benedict (1997) for Cantonese."""


class BankError(VoiceError):
    """A folder that holds no bank of recordings; says which and what is looked for."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file and what it says: syllables with their tone, and the contours of those."""

    path: Path
    reading: tuple[str, ...]
    contours: tuple[tuple[int, ...], ...]


def recordings(folder: Path, language: str) -> tuple[Recording, ...]:
    """The recordings of a folder by name: `cmn-ting2.mp3`, `ting2.opus` (a syllable) or `cmn-停顿.mp3` (a word of up to four).

    Patterns ("既_也_") and what cannot be read are left out. Raises BankError where nothing is left.
    """
    if not folder.is_dir():
        raise BankError(f"{folder}: there is no such folder of recordings")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SOUNDS)
    found = [recording for path in files if (recording := _recording(path, language)) is not None]
    if not found:
        raise BankError(f"{folder}: no recordings; files are named as {language}-ting2.mp3, ting2.opus or {language}-停顿.mp3")
    return tuple(found)


def _recording(path: Path, language: str) -> Recording | None:
    name = path.stem.removeprefix(f"{language}-")
    if SYLLABLE.fullmatch(name):
        contour = TONES[language].get(name[-1])
        return None if contour is None else Recording(path, (name,), (contour,))
    if not HANZI.fullmatch(name) or (len(name) > 1 and name.endswith("儿")):  # 块儿 is one syllable, which no table has
        return None
    try:
        spoken = pronounce(name, language)
    except PronunciationError:
        return None
    return Recording(path, tuple(each.syllable for each in spoken), tuple(each.contour for each in spoken))
