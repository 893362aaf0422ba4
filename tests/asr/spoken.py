"""Speech for tests, at the program's own rate."""

from __future__ import annotations

import numpy as np
import soxr

from asr.transcript import SAMPLE_RATE_HZ, Samples
from synth_data.speech import Speech


def at_16k(speech: Speech) -> Samples:
    """The speech as a recogniser takes it."""
    return np.asarray(soxr.resample(speech.samples, speech.rate_hz, SAMPLE_RATE_HZ), np.float32)
