from __future__ import annotations

import numpy as np
import pytest

from synth_data.augmentation import RATE_HZ, Samples, telephone
from synth_data.augmentation.codecs import FFMPEG, RATES_HZ, coded, present
from synth_data.augmentation.levels import rms
from synth_data.augmentation.telephone import lines


def share_of_power(samples: Samples, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float(power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum())


def test_the_telephone_leaves_nothing_outside_its_band(speech: Samples) -> None:
    assert share_of_power(speech, 3800, 8000) > 1e-3
    assert share_of_power(speech, 0, 200) > 1e-2
    laws = set()
    for seed in range(6):
        heard, law = telephone(speech, np.random.default_rng(seed))
        laws.add(law)
        assert heard.shape == speech.shape
        assert heard.dtype == np.float32
        assert share_of_power(heard, 3800, 8000) < 1e-4
        assert share_of_power(heard, 0, 200) < 2e-3
    assert laws == {"mulaw", "alaw"}


def test_what_is_said_comes_through_without_delay(speech: Samples) -> None:
    heard, _ = telephone(speech, np.random.default_rng(0))
    lag = int(np.argmax(np.correlate(heard, speech, "full"))) - (len(speech) - 1)
    assert abs(lag) <= RATE_HZ // 1000


def test_lines_are_drawn_by_their_shares(speech: Samples) -> None:
    rng = np.random.default_rng(1)
    short = speech[:1600]
    kinds = [telephone(short, rng, lines(0.5))[1] for _ in range(60)]
    mobile = sum(kind in ("gsm", "amr") for kind in kinds)
    assert 15 <= mobile <= 45
    assert lines(0) == {"mulaw": 0.5, "alaw": 0.5}


# Waveform coders keep the samples; GSM, AMR and Opus keep what is heard, so much less of the samples is left.
@pytest.mark.parametrize(
    ("name", "least_db"), [("mulaw", 34.0), ("alaw", 34.0), ("g722", 20.0), ("gsm", 8.0), ("opus", 6.0), ("amr", 1.0)]
)
def test_a_coder_keeps_length_loudness_and_place(speech: Samples, name: str, least_db: float) -> None:
    if name not in present():
        pytest.skip(f"this machine's sound libraries lack {name}")
    clean = speech[:: RATE_HZ // RATES_HZ[name]].copy()
    heard = coded(clean, name)
    assert heard.shape == clean.shape
    assert heard.dtype == np.float32
    assert 20 * np.log10(rms(clean) / rms(heard - clean)) > least_db
    assert rms(heard) == pytest.approx(rms(clean), rel=0.15)


def test_a_coder_that_is_missing_is_told_once_and_left_out(
    speech: Samples, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(FFMPEG, "amr", type(FFMPEG["amr"])("no_such_coder", "amrnb", 8000, 12_200))
    present.cache_clear()
    try:
        kinds = {telephone(speech[:1600], np.random.default_rng(seed), lines(1.0))[1] for seed in range(12)}
    finally:
        present.cache_clear()
    assert kinds == {"gsm"}
    assert [record.getMessage().count("amr") for record in caplog.records] == [1]
