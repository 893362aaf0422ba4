"""The figures of recorded banks are figures of what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.banks import sharp_joins

RATE_HZ = 16_000


@pytest.fixture
def hum() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return (0.3 * np.sin(2 * np.pi * 150 * np.arange(RATE_HZ) / RATE_HZ)).astype(np.float32)


def test_a_jump_in_the_wave_is_a_click(hum: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    broken = hum.copy()
    broken[8000:] += 0.2
    assert sharp_joins(broken, [8000.0, 3000.0]) == [1.0, 0.0]


def test_a_cross_fade_is_none(hum: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    fade = np.clip((np.arange(RATE_HZ) - 7900) / 200, 0, 1).astype(np.float32)
    assert sharp_joins(hum * (1 - fade) + 0.5 * hum * fade, [8000.0]) == [0.0]
