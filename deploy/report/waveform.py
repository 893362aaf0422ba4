"""A recording as drawn by SVG: two lanes, and as sound that a page can hold within itself."""

from __future__ import annotations

import base64
import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COLUMNS = 1000
"""Points across the picture, whatever the call's length."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Stereo sound in [-1, 1], shape (n, 2): the caller left, the bot right."""

    samples: NDArray[np.float32]
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz


def read_recording(path: Path) -> Recording:
    """A WAV as deploy.media.recorder writes it."""
    with wave.open(str(path)) as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return Recording((data.reshape(-1, 2) / 32768.0).astype(np.float32), file.getframerate())


def outline(samples: NDArray[np.float32], middle: float, height: float) -> str:
    """The `d` of an SVG path: the peaks above and below `middle`, `height` high at full scale, COLUMNS wide."""
    peaks = [float(np.abs(part).max()) if len(part) else 0.0 for part in np.array_split(samples, COLUMNS)]
    loudest = max(*peaks, 0.05)  # a silent lane stays flat instead of showing its noise
    tops = [f"{x},{middle - peak / loudest * height:.1f}" for x, peak in enumerate(peaks)]
    bottoms = [f"{x},{middle + peak / loudest * height:.1f}" for x, peak in reversed(list(enumerate(peaks)))]
    return "M" + "L".join(tops + bottoms) + "Z"


def as_data_url(recording: Recording) -> str:
    """The call as MP3 in a data: URL, about 1 KB a second, so that the page needs no other file."""
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, recording.samples, recording.rate_hz, format="MP3", compression_level=0.9)
    return "data:audio/mpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
