"""What happens to clean speech on its way: tempo, loudness, room, noise, telephone. All of it by a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from synth_data.channel import RATE_HZ, Samples, telephone


@dataclass(frozen=True, slots=True)
class Augment:
    """A callable for training and for corpora: f(samples, rng) -> (samples, what was done). Shares in [0, 1]."""

    speed: float = 0.3
    speed_range: float = 0.06  # resampled: pitch and formants move too, as another throat would
    room: float = 0.25
    noise: float = 0.6
    snr_db: tuple[float, float] = (8.0, 30.0)
    telephone: float = 0.5
    peak_db: tuple[float, float] = (-20.0, -1.0)
    babble: tuple[Samples, ...] = ()

    def __call__(self, samples: Samples, rng: np.random.Generator) -> tuple[Samples, list[str]]:
        done: list[str] = []
        if rng.random() < self.speed:
            factor = float(rng.uniform(1 - self.speed_range, 1 + self.speed_range))
            samples = change_speed(samples, factor)
            done.append(f"speed:{factor:.3f}")
        if rng.random() < self.room:
            rt60_s = float(rng.uniform(0.1, 0.4))
            samples = in_room(samples, rt60_s, rng)
            done.append(f"room:{rt60_s:.2f}")
        if rng.random() < self.noise:
            kinds = ["white", "pink", "pink"] + (["babble"] if self.babble else [])
            kind = kinds[int(rng.integers(len(kinds)))]
            snr_db = float(rng.uniform(*self.snr_db))
            samples = add_noise(samples, noise(kind, len(samples), rng, self.babble), snr_db)
            done.append(f"{kind}:{snr_db:.0f}dB")
        peak_db = float(rng.uniform(*self.peak_db))
        samples = at_peak(samples, peak_db)
        done.append(f"peak:{peak_db:.0f}dB")
        if rng.random() < self.telephone:
            samples, law = telephone(samples, rng)
            done.append(f"telephone:{law}")
        return samples, done


def change_speed(samples: Samples, factor: float) -> Samples:
    """Play `factor` times as fast, pitch and all (linear interpolation)."""
    length = round(len(samples) / factor)
    at = np.arange(length) * factor
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), np.float32)


def in_room(samples: Samples, rt60_s: float, rng: np.random.Generator) -> Samples:
    """Reverberate: an impulse followed by noise that decays by 60 dB in `rt60_s`, 10 dB under the direct sound."""
    length = int(rt60_s * RATE_HZ)
    tail = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    tail *= 10 ** (-10 / 20) / np.sqrt(np.sum(tail**2))
    response = np.concatenate([[1.0], np.zeros(int(0.004 * RATE_HZ)), tail])
    wet = signal.fftconvolve(samples, response)[: len(samples)]
    return at_rms(wet.astype(np.float32), rms(samples))


def add_noise(samples: Samples, disturbance: Samples, snr_db: float) -> Samples:
    """Mix so that the power of speech over that of noise is `snr_db`. Silence stays as it is."""
    speech, level = rms(samples), rms(disturbance)
    if speech == 0.0 or level == 0.0:
        return samples
    return np.asarray(samples + disturbance * (speech / level / 10 ** (snr_db / 20)), np.float32)


def noise(kind: str, length: int, rng: np.random.Generator, babble: tuple[Samples, ...] = ()) -> Samples:
    """`length` samples of white, pink (1/f) or babble noise; babble is other people's speech, mixed."""
    if kind == "babble" and babble:
        mixed = np.zeros(length, np.float32)
        for index in rng.choice(len(babble), size=min(4, len(babble)), replace=False):
            voice = babble[int(index)]
            mixed += np.resize(np.roll(voice, int(rng.integers(len(voice)))), length)
        return mixed
    if kind != "pink":
        return rng.standard_normal(length, dtype=np.float32)
    padded = fft.next_fast_len(length, real=True)
    spectrum = fft.rfft(rng.standard_normal(padded, dtype=np.float32))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum), dtype=np.float32), 1.0))
    return np.asarray(fft.irfft(spectrum, padded)[:length], np.float32)


def nothing_said(duration_s: float, rng: np.random.Generator) -> tuple[Samples, str]:
    """A clip without speech: silence, hiss, hum of a room, or hold music. Returns it with its name."""
    length = int(duration_s * RATE_HZ)
    level = 10 ** (float(rng.uniform(-70, -25)) / 20)
    kind = ("silence", "white", "pink", "music")[int(rng.integers(4))]
    if kind == "silence":
        return np.zeros(length, np.float32), kind
    sound = _music(length, rng) if kind == "music" else noise(kind, length, rng)
    return at_rms(sound, level), kind


def rms(samples: NDArray[np.floating]) -> float:
    """Root mean square; 0 for no samples."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0


def at_rms(samples: Samples, level: float) -> Samples:
    present = rms(samples)
    return samples if present == 0.0 else (samples * (level / present)).astype(np.float32)


def at_peak(samples: Samples, peak_db: float) -> Samples:
    """Scale so that the loudest sample is `peak_db` under full scale."""
    peak = float(np.abs(samples).max()) if len(samples) else 0.0
    return samples if peak == 0.0 else (samples * (10 ** (peak_db / 20) / peak)).astype(np.float32)


def _music(length: int, rng: np.random.Generator) -> Samples:
    """Hold music: notes of a pentatonic scale with three overtones, half a second each."""
    scale_hz = 220.0 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    note = int(rng.uniform(0.2, 0.6) * RATE_HZ)
    parts = []
    for _ in range(length // note + 1):
        phase = 2 * np.pi * scale_hz[int(rng.integers(len(scale_hz)))] * np.arange(note) / RATE_HZ
        parts.append(sum(np.sin(phase * k) / k for k in (1, 2, 3)) * np.exp(-3 * np.arange(note) / note))
    return np.concatenate(parts)[:length].astype(np.float32)
