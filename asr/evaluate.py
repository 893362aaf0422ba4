"""How well a recogniser hears a corpus: CER by dialect, speed, dialect identification, and what it makes of silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from asr.audio import read_audio
from asr.calibration import calibration_error
from asr.cer import ErrorRate, cer, error_rate
from asr.conditions import line_kind, noise_level, voice_kind
from asr.confusions import Slip, dialects_heard, slips
from asr.manifest import Clip, read_manifest
from asr.transcript import SAMPLE_RATE_HZ, Recogniser, Transcript


@dataclass(frozen=True, slots=True)
class AsrReport:
    """`n` utterances with speech. `rtf`: seconds of work for a second of audio. `dialect_accuracy` in [0, 1], over those
    utterances; `silences` clips without speech, of which `false_alarms` gave a text. `slips`: the characters mistaken, the most
    frequent first; `dialects_heard`: by the dialect spoken, how often each was heard. `calibration_error`: how far confidence is
    from the share of characters that are right, in [0, 1], over utterances of which something was heard."""

    n: int
    cer: ErrorRate
    cer_by_dialect: dict[str, ErrorRate]
    rtf: float
    p50_ms: float
    p95_ms: float
    dialect_accuracy: float
    silences: int
    false_alarms: int
    cer_by_noise: dict[str, ErrorRate] = field(default_factory=dict)
    cer_by_line: dict[str, ErrorRate] = field(default_factory=dict)
    cer_by_voice: dict[str, ErrorRate] = field(default_factory=dict)
    slips: tuple[Slip, ...] = ()
    dialects_heard: dict[str, dict[str, int]] = field(default_factory=dict)
    calibration_error: float = 0.0
    right: float = 0.0
    """Share of the utterances without an error."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One clip and what the recogniser made of it, in `seconds` of work on `audio_s` of sound."""

    clip: Clip
    transcript: Transcript
    seconds: float
    audio_s: float


def evaluate(manifest: Path, recogniser: Recogniser) -> AsrReport:
    """Transcribe every clip of a manifest and measure. Raises ManifestError and AudioError."""
    return report(hear(read_manifest(manifest), recogniser))


def hear(clips: Sequence[Clip], recogniser: Recogniser) -> list[Heard]:
    """Transcribe clips one after the other, as a caller's turns come."""
    heard = []
    for clip in tqdm(clips, desc="transcribe", unit="clip", disable=None):
        samples = read_audio(clip.audio)
        began = time.perf_counter()
        transcript = recogniser.transcribe(samples)
        heard.append(Heard(clip, transcript, time.perf_counter() - began, len(samples) / SAMPLE_RATE_HZ))
    return heard


def report(heard: Sequence[Heard]) -> AsrReport:
    """The figures of what was heard. Raises ValueError when no clip has speech."""
    spoken = [one for one in heard if one.clip.text]
    silent = [one for one in heard if not one.clip.text]
    if not spoken:
        raise ValueError("no clip of the manifest has a text; there is nothing to measure")
    p50, p95 = np.quantile([one.seconds * 1000 for one in spoken], (0.5, 0.95))
    return AsrReport(
        n=len(spoken),
        cer=_rate(spoken),
        cer_by_dialect=_rates(spoken, lambda clip: clip.dialect),
        rtf=sum(one.seconds for one in heard) / max(1e-9, sum(one.audio_s for one in heard)),
        p50_ms=float(p50),
        p95_ms=float(p95),
        dialect_accuracy=sum(one.transcript.dialect == one.clip.dialect for one in spoken) / len(spoken),
        silences=len(silent),
        false_alarms=sum(bool(one.transcript.text) for one in silent),
        cer_by_noise=_rates(spoken, noise_level),
        cer_by_line=_rates(spoken, line_kind),
        cer_by_voice=_rates(spoken, voice_kind),
        slips=slips((one.clip.text, one.transcript.text) for one in spoken),
        dialects_heard=dialects_heard((one.clip.dialect, one.transcript.dialect) for one in spoken),
        right=sum(cer(one.transcript.text, one.clip.text) == 0 for one in spoken) / len(spoken),
        calibration_error=_calibration([one for one in spoken if one.transcript.text]),
    )


def _calibration(heard: Sequence[Heard]) -> float:
    right = [1.0 - min(1.0, cer(one.transcript.text, one.clip.text)) for one in heard]
    return calibration_error([one.transcript.confidence for one in heard], right, [float(len(one.clip.text)) for one in heard])


def _rates(heard: Sequence[Heard], kind: Callable[[Clip], str]) -> dict[str, ErrorRate]:
    groups: dict[str, list[Heard]] = {}
    for one in heard:
        groups.setdefault(kind(one.clip), []).append(one)
    return {name: _rate(group) for name, group in sorted(groups.items())}


def _rate(heard: Sequence[Heard]) -> ErrorRate:
    return error_rate([one.transcript.text for one in heard], [one.clip.text for one in heard])
