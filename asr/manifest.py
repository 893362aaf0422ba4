"""Manifests of speech corpora: JSON lines in this project's form, NeMo's, WeNet's, FunASR's or AudioFolder's, told by their
keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asr.dialects import DIALECT_CODES, dialect_code
from asr.normalize import spoken_text

_AUDIO_KEYS = ("audio", "audio_filepath", "wav", "source", "file_name", "file")
_TEXT_KEYS = ("text", "txt", "target", "transcription", "word")
_DURATION_KEYS = ("duration_s", "duration", "seconds")


class ManifestError(ValueError):
    """A fault in a manifest; the message begins with file:line."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One line of a manifest. `text` as spoken without punctuation (empty: no speech); `phones` may be empty (unknown);
    `duration_s` is 0, `voice` (the kind: espeak, bank ...) and `condition` (telephone_10dB ...) empty, and `augment` (what was
    done to it) None where the manifest does not say."""

    audio: Path
    text: str
    dialect: str
    speaker: str
    duration_s: float
    phones: tuple[str, ...] = ()
    voice: str = ""
    augment: tuple[str, ...] | None = None
    condition: str = ""


def read_manifest(path: Path) -> list[Clip]:
    """All clips of a JSONL manifest (a folder means its manifest.jsonl); audio paths are relative to it. Raises ManifestError."""
    file = path / "manifest.jsonl" if path.is_dir() else path
    if not file.exists():
        raise ManifestError(f"{file}: there is no such manifest; make one with `xiangyin synth` or name another")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ManifestError(f"{file}: not a text file; a manifest is UTF-8, one JSON object a line") from None
    clips = [_clip(line, f"{file}:{number}", file.parent) for number, line in enumerate(lines, 1) if line.strip()]
    if not clips:
        raise ManifestError(f"{file}: the manifest is empty")
    return clips


def _clip(line: str, place: str, folder: Path) -> Clip:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as fault:
        raise ManifestError(f"{place}: not JSON ({fault.msg})") from None
    if not isinstance(raw, dict):
        raise ManifestError(f"{place}: must be a JSON object with the keys audio and text, got {line[:40]!r}")
    dialect = dialect_code(str(raw.get("dialect", "cmn")))
    if dialect is None:
        raise ManifestError(f"{place}: unknown dialect '{raw['dialect']}'; known are {', '.join(DIALECT_CODES)}")
    return Clip(
        audio=folder / str(_first(raw, _AUDIO_KEYS, place)),
        text=spoken_text(str(_first(raw, _TEXT_KEYS, place))),
        dialect=dialect,
        speaker=str(raw.get("speaker", "")),
        duration_s=_seconds(raw, place),
        phones=tuple(str(phone) for phone in raw.get("phones") or ()),
        voice=str(raw.get("voice", "")),
        augment=tuple(str(done) for done in raw["augment"] or ()) if "augment" in raw else None,
        condition=str(raw.get("condition", "")),
    )


def _first(raw: dict[str, Any], keys: Sequence[str], place: str) -> Any:  # Any: foreign JSON
    found = next((key for key in keys if key in raw), None)
    if found is None:
        raise ManifestError(f"{place}: lacks the key '{keys[0]}' (or {', '.join(keys[1:])})")
    return raw[found]


def _seconds(raw: dict[str, Any], place: str) -> float:
    said = next((raw[key] for key in _DURATION_KEYS if key in raw), 0.0)
    try:
        return float(said)
    except (TypeError, ValueError):
        raise ManifestError(f"{place}: the duration must be a number of seconds, got {said!r}") from None


def without_tones(clip: Clip) -> Clip:
    """The clip with the tone digits of its phones dropped."""
    return replace(clip, phones=tuple(toneless(phone) for phone in clip.phones))


def toneless(phone: str) -> str:
    """'iou' of 'iou3'."""
    return phone.rstrip("0123456789")


def tone_of(phone: str) -> int:
    """3 of 'iou3', 0 of 'j', which carries no tone."""
    return int(phone[-1]) if phone[-1].isdigit() else 0


def held_out(clips: Sequence[Clip], count: int) -> tuple[list[Clip], list[Clip]]:
    """(training, validation): about `count` clips chosen by a hash of their audio's name, a tenth of all at the most."""
    wanted = min(count, len(clips) // 10)
    ranked = sorted(range(len(clips)), key=lambda i: hashlib.sha256(clips[i].audio.name.encode()).digest())
    chosen = set(ranked[:wanted])
    return [c for i, c in enumerate(clips) if i not in chosen], [c for i, c in enumerate(clips) if i in chosen]
