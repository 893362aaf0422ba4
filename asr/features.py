"""Log-mel features: Whisper's formula in numpy, with the window and the hop as settings.

OpenAI's models use a window of 400 and a hop of 160 samples (10 ms). The models trained here use a hop of 320: half the
frames, half the work in training and in recognition, and still two encoder frames to a phone in fast speech.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from asr.transcript import SAMPLE_RATE_HZ, Samples

FEATURES_FILE = "preprocessor_config.json"
Mel = NDArray[np.float32]
"""Log-mel features, shape (n_mels, frames); about -1 (silence) to 2."""


@dataclass(frozen=True, slots=True)
class MelSettings:
    """How sound becomes features; the defaults are OpenAI's. `n_fft` (the window) and `hop_length` in samples at 16 kHz."""

    n_mels: int = 80
    n_fft: int = 400
    hop_length: int = 160

    @property
    def frame_s(self) -> float:
        return self.hop_length / SAMPLE_RATE_HZ

    @classmethod
    def read(cls, folder: Path) -> MelSettings:
        """The settings of a model folder; OpenAI's where the folder has no preprocessor_config.json."""
        file = folder / FEATURES_FILE
        if not file.exists():
            return cls()
        found = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            n_mels=int(found.get("feature_size", cls().n_mels)),
            n_fft=int(found.get("n_fft", cls().n_fft)),
            hop_length=int(found.get("hop_length", cls().hop_length)),
        )

    def write(self, folder: Path) -> None:
        """Write preprocessor_config.json as transformers' WhisperFeatureExtractor reads it."""
        found = {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "feature_size": self.n_mels,
            "n_fft": self.n_fft,
            "hop_length": self.hop_length,
            "sampling_rate": SAMPLE_RATE_HZ,
        }
        (folder / FEATURES_FILE).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


OPENAI = MelSettings()
SHORT = MelSettings(n_mels=80, n_fft=512, hop_length=320)
"""What the built-in shapes are trained with."""


def log_mel(samples: Samples, settings: MelSettings = OPENAI) -> Mel:
    """Features of `samples`, (n_mels, len // hop_length); at least one window is taken, padded with silence."""
    short = settings.n_fft - len(samples)
    padded = np.pad(samples, (0, short)) if short > 0 else samples
    half = settings.n_fft // 2
    padded = np.pad(padded.astype(np.float32, copy=False), half, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, settings.n_fft)[:: settings.hop_length][:-1]
    spectrum = rfft(frames * _window(settings.n_fft), axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    mel = np.log10(np.maximum(power @ mel_filters(settings.n_fft, settings.n_mels).T, 1e-10)).T
    mel = np.maximum(mel, mel.max() - 8.0)
    return np.ascontiguousarray((mel + 4.0) / 4.0, dtype=np.float32)


@cache
def _window(n_fft: int) -> Mel:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)


@cache
def mel_filters(n_fft: int, n_mels: int) -> Mel:
    """Triangular filters of equal area on Slaney's mel scale (as Whisper takes them), (n_mels, n_fft // 2 + 1)."""
    bins_hz = np.linspace(0, SAMPLE_RATE_HZ / 2, n_fft // 2 + 1)
    edges_hz = mel_edges_hz(n_mels)
    widths = np.diff(edges_hz)
    ramps = edges_hz[:, None] - bins_hz[None, :]
    rising, falling = -ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    return (filters * (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None]).astype(np.float32)


def mel_edges_hz(n_mels: int) -> NDArray[np.float64]:
    """The corner frequencies of the filters in Hz, (n_mels + 2,): linear below 1 kHz, logarithmic above (Slaney 1998)."""
    linear_hz, corner_mel, step = 200.0 / 3.0, 15.0, np.log(6.4) / 27.0
    top_mel = corner_mel + np.log(SAMPLE_RATE_HZ / 2 / 1000.0) / step
    mels = np.linspace(0.0, top_mel, n_mels + 2)
    return np.where(mels >= corner_mel, 1000.0 * np.exp(step * (mels - corner_mel)), mels * linear_hz)
