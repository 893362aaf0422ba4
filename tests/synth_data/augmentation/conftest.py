from __future__ import annotations

import numpy as np
import pytest
import soxr

from synth_data.augmentation import RATE_HZ, Samples
from synth_data.voices import DialectVoice


@pytest.fixture(scope="session")
def speech() -> Samples:
    """A sentence as espeak says it, 16 kHz, its peak 6 dB under full scale."""
    voice = DialectVoice()
    spoken = voice.synthesize("我想要四核八G的云服务器")
    voice.close()
    samples = np.asarray(soxr.resample(spoken.samples, spoken.rate_hz, RATE_HZ), np.float32)
    return samples * np.float32(0.5 / np.abs(samples).max())
