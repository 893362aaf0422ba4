from __future__ import annotations

import numpy as np
import pytest

from synth_data.augmentation import Samples
from synth_data.augmentation.levels import rms
from synth_data.augmentation.rooms import decay_s, draw_room, in_room, response_of


@pytest.mark.parametrize("rt60_s", [0.2, 0.35, 0.6])
def test_a_room_decays_in_the_time_stated(rt60_s: float) -> None:
    rng = np.random.default_rng(5)
    rooms = [draw_room(rng, (rt60_s, rt60_s), (0.5, 3.0)) for _ in range(10)]
    measured = [decay_s(response_of(room, rng)) for room in rooms]
    assert np.median(measured) == pytest.approx(rt60_s, rel=0.1)


def test_the_direct_sound_comes_first_and_the_room_grows_with_distance() -> None:
    rng = np.random.default_rng(6)
    shares = []
    for metres in (0.3, 1.0, 3.0):
        rooms = [draw_room(rng, (0.4, 0.4), (metres, metres)) for _ in range(10)]
        responses = [response_of(room, rng) for room in rooms]
        assert all(response[0] >= 1.0 for response in responses)
        shares.append(np.median([10 * np.log10(np.sum(response[1:] ** 2)) for response in responses]))
    assert shares[0] < -5
    assert shares[1] > shares[0] + 5
    assert shares[2] > shares[1] + 4


def test_microphone_and_speaker_stand_in_the_room_as_far_apart_as_asked() -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        room = draw_room(rng, (0.2, 0.6), (0.2, 0.7))
        assert all(0 < place < size for place, size in zip(room.microphone_m, room.size_m, strict=True))
        assert 0.15 <= room.distance_m <= 0.71


def test_reverberant_speech_is_as_long_and_as_loud_as_before(speech: Samples) -> None:
    rng = np.random.default_rng(1)
    wet = in_room(speech, draw_room(rng, (0.5, 0.5), (1.0, 2.0)), rng)
    assert wet.shape == speech.shape
    assert wet.dtype == np.float32
    assert rms(wet) == pytest.approx(rms(speech), rel=0.01)
    assert np.corrcoef(wet, speech)[0, 1] < 0.95
