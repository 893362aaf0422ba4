"""Two voices, of which the second speaks where the first one fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from synth_data.speech import Speech, Voice
from synth_data.voices.espeak import VoiceError

log = logging.getLogger(__name__)


class StandInVoice:
    """A Voice. What the second one says is marked as not lasting: the next time, the first one is asked again."""

    def __init__(self, first: Voice, second: Voice, failed: Callable[[], None] = lambda: None) -> None:
        """`failed` is called for each sentence that the first one could not say."""
        self._first = first
        self._second = second
        self._failed = failed
        self.failures = 0
        """Sentences that the second one said."""

    def synthesize(self, text: str) -> Speech:
        """Raises VoiceError when both fail."""
        try:
            return self._first.synthesize(text)
        except VoiceError as fault:
            self.failures += 1
            self._failed()
            log.warning("%s; the bot's own voice stands in (%d sentences so far)", fault, self.failures)
        return replace(self._second.synthesize(text), lasting=False)

    def close(self) -> None:
        """End both."""
        for voice in (self._first, self._second):
            close = getattr(voice, "close", None)
            if close is not None:
                close()
