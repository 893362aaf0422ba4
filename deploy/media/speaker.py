"""The bot's voice: each sentence is synthesised once and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
import soxr

from deploy.media.transport import Sound
from synth_data.speech import Speech, Voice

PAUSE_S = 0.18
"""Silence after a sentence; espeak ends its sound with the last syllable."""
CACHE_BYTES = 64 * 1024 * 1024
"""About 35 minutes of speech at 8 kHz; a bot's fixed sentences are a tenth of it."""


class Speaker:
    """Sentences to sound at the rate a line wants. Thread safe; bounded memory."""

    def __init__(self, voice: Voice, cache_bytes: int = CACHE_BYTES) -> None:
        self._voice = voice
        self._capacity = cache_bytes
        self._used = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], Sound] = OrderedDict()

    def cached(self, sentence: str, rate_hz: int) -> Sound | None:
        """The sentence's sound if it was spoken before at this rate."""
        with self._lock:
            sound = self._kept.get((sentence, rate_hz))
            if sound is not None:
                self._kept.move_to_end((sentence, rate_hz))
            return sound

    def speak(self, sentence: str, *rates_hz: int) -> Sound:
        """The sentence's sound at the first of the rates, a short pause after it; kept for all of them, unless another voice
        stood in.

        Raises synth_data's VoiceError when the voice is out of reach.
        """
        kept = [sound for rate_hz in rates_hz if (sound := self.cached(sentence, rate_hz)) is not None]
        if len(kept) < len(rates_hz):
            speech = self._voice.synthesize(sentence)
            sounds = [_at_rate(speech, rate_hz) for rate_hz in rates_hz]
            if not speech.lasting:
                return sounds[0]
            kept = [self._keep((sentence, rate_hz), sound) for rate_hz, sound in zip(rates_hz, sounds, strict=True)]
        return kept[0]

    def close(self) -> None:
        """End the voice's process, where it has one."""
        close = getattr(self._voice, "close", None)
        if close is not None:
            close()

    def _keep(self, key: tuple[str, int], sound: Sound) -> Sound:
        with self._lock:
            if key not in self._kept and sound.nbytes <= self._capacity:
                self._kept[key] = sound
                self._used += sound.nbytes
            while self._used > self._capacity:
                _, oldest = self._kept.popitem(last=False)
                self._used -= oldest.nbytes
        return sound


def _at_rate(speech: Speech, rate_hz: int) -> Sound:
    samples = speech.samples
    if speech.rate_hz != rate_hz:
        samples = soxr.resample(samples, speech.rate_hz, rate_hz)
    return np.concatenate([samples, np.zeros(int(PAUSE_S * rate_hz), np.float32)])
