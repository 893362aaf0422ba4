"""What else is heard beside the caller. Every kind is made here, from a generator; babble is other people's speech."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from synth_data.augmentation.levels import RATE_HZ, Samples, at_rms
from synth_data.augmentation.tones import hold_music

MAINS_HZ = 50.0
_BABBLE_VOICES = 4


def noise(kind: str, length: int, rng: np.random.Generator, babble: Sequence[Samples] = ()) -> Samples:
    """`length` samples of a kind of NOISES, or of babble where there are voices for it; the level means nothing."""
    if kind == "babble":
        return _babble(length, rng, babble)
    return NOISES[kind](length, rng)


def babble_from(files: Sequence[Path], count: int, seed: int) -> tuple[Samples, ...]:
    """Up to `count` of these recordings, drawn by `seed`, for `Augment.babble`. Raises asr.audio.AudioError."""
    from asr.audio import read_audio

    chosen = np.random.default_rng(seed).permutation(len(files))[:count]
    voices = (read_audio(files[int(index)]) for index in chosen)
    return tuple(at_rms(voice, 0.1) for voice in voices if np.any(voice))


def _white(length: int, rng: np.random.Generator) -> Samples:
    return rng.standard_normal(length, dtype=np.float32)


def _pink(length: int, rng: np.random.Generator) -> Samples:
    return _coloured(length, rng, lambda hz: 1 / np.sqrt(np.maximum(hz, 1.0)))


def _hum(length: int, rng: np.random.Generator) -> Samples:
    """Mains hum with its overtones, and the faint hiss of the set that hums."""
    time_s = np.arange(length, dtype=np.float32) / RATE_HZ
    mains = MAINS_HZ * float(rng.uniform(0.998, 1.002))
    sound = 0.02 * rng.standard_normal(length, dtype=np.float32)
    for overtone in (1, 2, 3, 4, 6, 8, 12):
        level = float(rng.uniform(0.2, 1.0)) / overtone**0.5
        sound += np.float32(level) * np.sin(2 * np.pi * mains * overtone * time_s + float(rng.uniform(0, 6.28))).astype(
            np.float32
        )
    return sound


def _street(length: int, rng: np.random.Generator) -> Samples:
    """Traffic: rolling noise that falls by 6 dB an octave above 200 Hz, vehicles that pass, now and then a horn."""
    rolling = at_rms(_coloured(length, rng, lambda hz: 1 / (1 + hz / 200)), 1.0)
    time_s = np.arange(length, dtype=np.float32) / RATE_HZ
    loudness = np.full(length, 0.4, np.float32)
    for _ in range(1 + int(rng.poisson(length / RATE_HZ / 3))):  # a vehicle every three seconds
        middle, width = rng.uniform(0, length / RATE_HZ), rng.uniform(0.4, 1.5)
        loudness += np.float32(rng.uniform(0.3, 1.2)) * np.exp(-(((time_s - middle) / width) ** 2)).astype(np.float32)
    sound = rolling * loudness
    if rng.random() < 0.15:
        sound += _horn(time_s, rng)
    return sound


def _horn(time_s: NDArray[np.floating], rng: np.random.Generator) -> Samples:
    """Two notes a third apart, as motor horns have them (around 400 and 500 Hz)."""
    start, last = rng.uniform(0, max(time_s[-1], 0.1)), rng.uniform(0.2, 0.7)
    sounding = ((time_s >= start) & (time_s < start + last)).astype(np.float32)
    low = float(rng.uniform(380, 440))
    notes = [np.sin(2 * np.pi * low * ratio * time_s) + 0.4 * np.sin(4 * np.pi * low * ratio * time_s) for ratio in (1.0, 1.25)]
    return np.asarray(0.6 * sounding * sum(notes), np.float32)


def _babble(length: int, rng: np.random.Generator, voices: Sequence[Samples]) -> Samples:
    """Up to four voices at once, each from a place of its own."""
    mixed = np.zeros(length, np.float32)
    for index in rng.choice(len(voices), size=min(_BABBLE_VOICES, len(voices)), replace=False):
        voice = voices[int(index)]
        mixed += np.resize(np.roll(voice, int(rng.integers(len(voice)))), length)
    return mixed


def _coloured(
    length: int, rng: np.random.Generator, amplitude: Callable[[NDArray[np.floating]], NDArray[np.floating]]
) -> Samples:
    """White noise whose spectrum is multiplied by `amplitude` of the frequency in Hz."""
    padded = fft.next_fast_len(length, real=True)
    spectrum = fft.rfft(rng.standard_normal(padded, dtype=np.float32))
    hz = np.arange(len(spectrum), dtype=np.float32) * np.float32(RATE_HZ / padded)
    spectrum *= amplitude(hz).astype(np.float32)
    return np.asarray(fft.irfft(spectrum, padded)[:length], np.float32)


NOISES: dict[str, Callable[[int, np.random.Generator], Samples]] = {
    "white": _white,
    "pink": _pink,
    "street": _street,
    "hum": _hum,
    "music": hold_music,
}
"""The kinds that need no recordings."""
