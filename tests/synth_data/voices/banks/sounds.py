"""Harmonic tones of known pitch, with the noise of a consonant where there is one: recordings made in a test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
TONES_HZ = {"1": (240, 240), "2": (180, 240), "3": (170, 150), "4": (260, 160), "5": (190, 170)}
VOWELS_HZ = {"a": (900, 1400), "i": (350, 2500), "o": (500, 900), "e": (550, 1500), "u": (350, 700)}
HISSING = ("h", "s", "z", "c", "j", "q", "x")


def tone(hz: NDArray[np.float64], formants: tuple[float, float], seed: int = 0) -> NDArray[np.float32]:
    """A buzz of the given pitch at each sample, loudest near two formants, fading in and out over 20 ms."""
    turns = np.cumsum(hz) / RATE_HZ
    sound = np.zeros(len(hz))
    for harmonic in range(1, 25):
        height = sum(np.exp(-(((harmonic * hz - formant) / 250) ** 2)) for formant in formants) + 0.03
        sound += height * np.cos(2 * np.pi * harmonic * turns) * (harmonic * hz < 7000)
    edge = np.minimum(1, np.minimum(np.arange(len(hz)), np.arange(len(hz))[::-1]) / 320)
    hiss = np.random.default_rng(seed).standard_normal(len(hz)) * 1e-4
    return (0.3 * sound * edge / np.abs(sound).max() + hiss).astype(np.float32)


def syllable(reading: str, seconds: float = 0.4) -> NDArray[np.float32]:
    """Something like a syllable: 80 ms of noise for a hissing consonant, then its vowel at its tone."""
    first, last = TONES_HZ[reading[-1]]
    vowel = next(VOWELS_HZ[letter] for letter in reversed(reading[:-1]) if letter in VOWELS_HZ)
    voice = tone(np.linspace(first, last, int(seconds * RATE_HZ)), vowel, len(reading))
    if not reading.startswith(HISSING):
        return voice
    noise = np.diff(np.random.default_rng(7).standard_normal(1281)) * 0.02
    return np.concatenate([noise.astype(np.float32), voice])


def still(seconds: float = 0.2) -> NDArray[np.float32]:
    """The room before and after a word."""
    return (np.random.default_rng(3).standard_normal(int(seconds * RATE_HZ)) * 1e-4).astype(np.float32)
