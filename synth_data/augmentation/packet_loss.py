"""Packets of 20 ms that never arrive, in bursts, and what a receiver puts in their place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth_data.augmentation.levels import RATE_HZ, Samples

PACKET_MS = 20
_PACKET = RATE_HZ * PACKET_MS // 1000
_LONGEST_LAG, _SHORTEST_LAG = RATE_HZ // 66, RATE_HZ // 400
"""Pitch periods that are looked for, as G.711 Appendix I has them."""
_FADE_A_PACKET = 0.6
_MUTE_AFTER = 3  # packets: Appendix I is silent after 60 ms


def draw_losses(packets: int, share: float, burst: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which packets are lost: Gilbert's chain (Gilbert 1960, Elliott 1963) with `share` of them lost in the long run,
    `burst` in a row on average. Shape (packets,)."""
    to_good = 1 / max(burst, 1.0)
    to_bad = min(1.0, to_good * share / max(1 - share, 1e-6))
    draws = rng.random(packets).tolist()
    lost = np.zeros(packets, np.bool_)
    bad = rng.random() < share
    for number, draw in enumerate(draws):
        lost[number] = bad
        bad = draw >= to_good if bad else draw < to_bad
    return lost


def without_packets(samples: Samples, lost: NDArray[np.bool_], concealed: bool) -> Samples:
    """Lost packets as silence, or `concealed`: the last pitch period goes on, fades, and is silent after 60 ms."""
    heard = samples.copy()
    gone = 0
    for number in np.flatnonzero(lost[: -(-len(samples) // _PACKET)]):
        start, end = int(number) * _PACKET, min(len(samples), (int(number) + 1) * _PACKET)
        gone = gone + 1 if number > 0 and lost[number - 1] else 1
        if not concealed or gone > _MUTE_AFTER or start < 2 * _LONGEST_LAG:
            heard[start:end] = 0.0
            continue
        heard[start:end] = _carried_on(heard[:start], end - start) * np.float32(_FADE_A_PACKET ** (gone - 1))
    return heard


def _carried_on(before: Samples, length: int) -> Samples:
    """The last pitch period of `before`, again and again, softer towards the end."""
    lag = _pitch_period(before[-2 * _LONGEST_LAG :])
    fade = np.linspace(1.0, _FADE_A_PACKET, length, dtype=np.float32)
    return np.resize(before[-lag:], length) * fade


def _pitch_period(recent: Samples) -> int:
    """Samples after which the end of `recent` is most like itself (normalised correlation)."""
    window = recent[-_LONGEST_LAG:]
    lags = np.arange(_SHORTEST_LAG, _LONGEST_LAG + 1)
    products = np.correlate(recent, window, "valid")[_LONGEST_LAG - lags]
    energy = np.cumsum(np.concatenate([np.zeros(1), np.square(recent, dtype=np.float64)]))
    power = energy[len(recent) - lags] - energy[len(recent) - lags - _LONGEST_LAG]
    return int(lags[np.argmax(products / np.sqrt(power + 1e-9))])
