"""What a telephone plays that is no speech: hold music, keys, ring-back, the engaged tone."""

from __future__ import annotations

import numpy as np

from synth_data.augmentation.levels import RATE_HZ, Samples

DTMF_HZ = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}
"""ITU-T Q.23."""
CALL_TONE_HZ = 450.0
"""China's call progress tones are all 450 Hz (GB 3380): ring-back 1 s on and 4 s off, engaged 0.35 s on and off."""
_SCALES = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""I, vi, IV, V in semitones over the key's note: what most hold music goes round in."""


def hold_music(length: int, rng: np.random.Generator) -> Samples:
    """A melody over broken chords, the level means nothing: key, tempo, timbre and tune by `rng`."""
    beat = int(rng.uniform(0.22, 0.55) * RATE_HZ)
    key_hz = 220.0 * 2 ** (float(rng.integers(-5, 7)) / 12)
    scale = _SCALES["major" if rng.random() < 0.7 else "minor"]
    overtones = tuple(float(level) for level in rng.uniform(0.1, 0.6, 3))
    sound = np.zeros(length + 2 * beat, np.float32)
    for number, start in enumerate(range(0, length, beat)):
        chord = _CHORDS[number // 4 % len(_CHORDS)]
        _strike(sound, start, 2 * beat, (key_hz / 2 * 2 ** (chord[number % 3] / 12), 0.5), overtones)
        if rng.random() < 0.75:
            step = scale[int(rng.integers(len(scale)))] + 12 * int(rng.integers(2))
            _strike(sound, start, 2 * beat, (key_hz * 2 ** (step / 12), 1.0), overtones)
    return sound[:length]


def _strike(sound: Samples, start: int, length: int, note: tuple[float, float], overtones: tuple[float, ...]) -> None:
    """Add a plucked note of (Hz, level) from `start` on."""
    hz, level = note
    time_s = np.arange(length, dtype=np.float32) / np.float32(RATE_HZ)
    phase = np.float32(2 * np.pi * hz) * time_s
    wave = np.sin(phase)
    for number, share in enumerate(overtones, 2):
        wave += np.float32(share / number) * np.sin(number * phase)
    sound[start : start + length] += np.float32(level) * wave * np.exp(-4 * time_s / time_s[-1])


def dtmf(keys: str, on_s: float = 0.12, off_s: float = 0.08) -> Samples:
    """Keys pressed one after the other, at -9 dBFS each tone. Raises KeyError for what is no key."""
    time_s = np.arange(int(on_s * RATE_HZ)) / RATE_HZ
    gap = np.zeros(int(off_s * RATE_HZ))
    parts = [part for key in keys for part in (sum(0.35 * np.sin(2 * np.pi * hz * time_s) for hz in DTMF_HZ[key]), gap)]
    return np.concatenate([*parts, np.zeros(0)]).astype(np.float32)


def call_tone(length: int, on_s: float, off_s: float) -> Samples:
    """450 Hz on and off, beginning with a tone: (1, 4) is ring-back, (0.35, 0.35) engaged."""
    time_s = np.arange(length) / RATE_HZ
    sounding = time_s % (on_s + off_s) < on_s
    return (0.35 * np.sin(2 * np.pi * CALL_TONE_HZ * time_s) * sounding).astype(np.float32)
