from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import soxr

from deploy.media.transport import Sound
from synth_data.voices.espeak import EspeakEngine, EspeakOptions

LINE_HZ = 8000


@pytest.fixture(scope="session")
def utter() -> Iterator[Callable[[str], Sound]]:
    """Real synthetic speech on a telephone line of 8 kHz."""
    engine = EspeakEngine()
    kept: dict[str, Sound] = {}

    def utter(text: str) -> Sound:
        if text not in kept:
            speech = engine.speak(text, EspeakOptions(variant="f3"))
            kept[text] = soxr.resample(speech.samples, speech.rate_hz, LINE_HZ)
        return kept[text]

    yield utter
    engine.close()
