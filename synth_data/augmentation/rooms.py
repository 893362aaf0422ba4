"""Rooms: how walls answer, and how far from the microphone somebody speaks.

Early reflections by the image source method (Allen and Berkley 1979) in a box, then a tail of noise that decays by 60 dB in the
room's RT60. How loud the room is against the direct sound follows from its critical distance, 0.057 * sqrt(volume / RT60) m:
so it grows with the distance of the speaker, as it does on a phone laid on a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from synth_data.augmentation.levels import RATE_HZ, Samples, at_rms, rms

SOUND_M_S = 343.0
_ORDER = 2  # of reflections that are placed one by one
_TAIL_FROM_S = 0.02
"""After that, reflections come too densely to be told apart in a room of this size."""


@dataclass(frozen=True, slots=True)
class Room:
    """A box, who speaks in it and where the microphone is. Metres; `rt60_s` is the time of a decay by 60 dB."""

    size_m: tuple[float, float, float]
    speaker_m: tuple[float, float, float]
    microphone_m: tuple[float, float, float]
    rt60_s: float

    @property
    def distance_m(self) -> float:
        return float(np.linalg.norm(np.subtract(self.speaker_m, self.microphone_m)))


def draw_room(rng: np.random.Generator, rt60_s: tuple[float, float], distance_m: tuple[float, float]) -> Room:
    """An office, a shop or a living room, the microphone `distance_m` from the speaker, or as near to that as the walls allow."""
    size = rng.uniform((2.5, 2.5, 2.3), (9.0, 7.0, 3.5))
    speaker = rng.uniform((0.5, 0.5, 1.0), (size[0] - 0.5, size[1] - 0.5, 1.7))
    towards = size / 2 - speaker + rng.normal(0.0, 0.3, 3)  # into the room, so that the distance fits in
    towards[2] *= 0.2
    away = rng.uniform(*distance_m) * towards / np.linalg.norm(towards)
    microphone = np.clip(speaker + away, 0.2, size - 0.2)
    return Room(_point(size), _point(speaker), _point(microphone), float(rng.uniform(*rt60_s)))


def response_of(room: Room, rng: np.random.Generator) -> Samples:
    """The impulse response, beginning with the direct sound at 1, as long as the RT60."""
    length = max(int(room.rt60_s * RATE_HZ), int(0.05 * RATE_HZ))
    response = _early(room, length)
    volume = float(np.prod(room.size_m))
    critical_m = 0.057 * np.sqrt(volume / room.rt60_s)
    wanted = (room.distance_m / critical_m) ** 2  # energy of all that is reflected, that of the direct sound being 1
    start = int(_TAIL_FROM_S * RATE_HZ)
    at_s = np.arange(length - start) / RATE_HZ
    tail = rng.standard_normal(length - start) * 10 ** (-3 * at_s / room.rt60_s)
    rest = max(wanted - float(np.sum(response[1:] ** 2)), 0.2 * wanted)
    response[start:] += tail * np.sqrt(rest / np.sum(tail**2))
    return response.astype(np.float32)


def in_room(samples: Samples, room: Room, rng: np.random.Generator) -> Samples:
    """As the microphone hears it: as long and as loud as before, without the time that the sound travels."""
    wet = signal.oaconvolve(samples, response_of(room, rng))[: len(samples)]
    return at_rms(np.asarray(wet, np.float32), rms(samples))


def decay_s(response: NDArray[np.floating]) -> float:
    """The RT60 of an impulse response, by Schroeder's backward integration from -5 to -25 dB (ISO 3382)."""
    energy = np.cumsum(np.square(response[::-1], dtype=np.float64))[::-1]
    level_db = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    falling = np.flatnonzero((level_db <= -5) & (level_db >= -25))
    slope = np.polyfit(falling / RATE_HZ, level_db[falling], 1)[0]
    return float(-60 / slope)


def _early(room: Room, length: int) -> NDArray[np.float64]:
    """The direct sound and its reflections at up to `_ORDER` walls, within the first 20 ms and a little more."""
    span = np.arange(-_ORDER, _ORDER + 1)
    cells = np.stack(np.meshgrid(span, span, span, indexing="ij"), axis=-1).reshape(-1, 3)
    walls = np.abs(cells).sum(axis=1)
    cells, walls = cells[walls <= _ORDER], walls[walls <= _ORDER]
    size, speaker = np.array(room.size_m), np.array(room.speaker_m)
    images = np.where(cells % 2 == 0, cells * size + speaker, cells * size + size - speaker)
    metres = np.linalg.norm(images - np.array(room.microphone_m), axis=1)
    strength = _reflection(room) ** walls * room.distance_m / np.maximum(metres, 1e-3)
    at = np.round((metres - room.distance_m) / SOUND_M_S * RATE_HZ).astype(int)
    response = np.zeros(length)
    np.add.at(response, at[at < length], strength[at < length])
    return response


def _reflection(room: Room) -> float:
    """The share of pressure that a wall gives back, by Eyring's formula."""
    x, y, z = room.size_m
    surface = 2 * (x * y + y * z + z * x)
    absorbed = 1 - np.exp(-0.161 * x * y * z / (surface * room.rt60_s))
    return float(np.sqrt(1 - absorbed))


def _point(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])
