"""`xiangyin calibrate`: the small parts that are fitted beside a finished recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr.calibration import CalibrationError
from asr.evaluate import hear, report
from asr.manifest import Clip, read_manifest
from asr.recogniser import WhisperRecogniser

_SEED = 20_261


@dataclass(frozen=True, slots=True)
class CalibrationRequest:
    """`data`: clips that the model was not trained on, for its confidence; `dialects`: manifests of all dialects, those of its
    training will do; `clips`: at most so many of each."""

    model: Path
    data: Path | None
    dialects: tuple[Path, ...] = ()
    clips: int = 3000


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was fitted. Errors of calibration are those on clips kept out of the fit (a fifth)."""

    dialect_accuracy: float | None = None
    dialects: tuple[str, ...] = ()
    error_before: float | None = None
    error: float | None = None
    clips: int = 0

    @property
    def figures(self) -> dict[str, object]:
        """For --json."""
        return {
            "dialect_accuracy": self.dialect_accuracy,
            "dialects": list(self.dialects),
            "calibration_error_before": self.error_before,
            "calibration_error": self.error,
            "clips": self.clips,
        }

    @property
    def lines(self) -> Sequence[str]:
        """For people."""
        told = []
        if self.dialect_accuracy is not None:
            told.append(f"dialect right on other speakers: {self.dialect_accuracy:.4f} ({', '.join(self.dialects)})")
        if self.error is not None:
            told.append(f"confidence is off by {self.error:.4f} on average (ECE; {self.error_before:.4f} before)")
        return told


def calibrate(request: CalibrationRequest) -> Calibrated:
    """Fit and write dialect_head.npz, then calibration.json. Raises CalibrationError, DialectHeadError, ManifestError."""
    if request.data is None and not request.dialects:
        raise CalibrationError("name clips with --data MANIFEST (confidence) or --dialects MANIFEST (sense of dialects)")
    found = Calibrated()
    if request.dialects:
        found = _dialects(request)
    return _confidence(request, request.data, found) if request.data else found


def _dialects(request: CalibrationRequest) -> Calibrated:
    from asr.training.dialect_head import fit

    clips = [clip for manifest in request.dialects for clip in _some(read_manifest(manifest), request.clips)]
    fitted = fit(WhisperRecogniser(request.model), clips)
    fitted.head.write(request.model)
    return Calibrated(dialect_accuracy=round(fitted.accuracy, 4), dialects=fitted.head.codes)


def _confidence(request: CalibrationRequest, data: Path, found: Calibrated) -> Calibrated:
    from asr.training.calibration import fit

    clips = _some(read_manifest(data), request.clips)
    kept, fitting = clips[::5], [clip for number, clip in enumerate(clips) if number % 5]
    before = WhisperRecogniser(request.model)
    calibration = fit(before, fitting)
    error_before = report(hear(kept, before)).calibration_error
    calibration.write(request.model)
    after = report(hear(kept, WhisperRecogniser(request.model))).calibration_error
    return Calibrated(found.dialect_accuracy, found.dialects, round(error_before, 4), round(after, 4), calibration.clips)


def _some(clips: Sequence[Clip], count: int) -> list[Clip]:
    """At most `count` of the clips that have a text, in an order by chance that is always the same."""
    spoken = [clip for clip in clips if clip.text]
    return [spoken[at] for at in np.random.default_rng(_SEED).permutation(len(spoken))[:count]]
