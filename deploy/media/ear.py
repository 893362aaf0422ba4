"""What one caller says, cut into turns: the line's sound in, turn events and the turns' sound out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import soxr

from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.turn_end import SpeechStarted, TurnEnded, TurnEvent, TurnOptions, TurnState, step
from asr.vad import WINDOW, VoiceActivity
from deploy.media.transport import Sound

PRE_ROLL_S = 0.6
"""Sound kept from before the first voiced window: soft initials (s, f, h) come before the voice."""
QUIET_S = 0.2
"""Of that, so much may be quiet. A recogniser that is given 0.6 s of nothing hears a 嗯 in it, or none, by where the speech falls
on its frames of 40 ms: of one sentence shifted in steps of 8 ms, every fifth. So the quiet is as long whenever speech comes."""
NOTHING = 10 ** (-50 / 20)
"""What is fainter than this, as a share of the loudest sample of a turn's first voice, is quiet; soft initials are louder. Where
a line has noise of its own, nothing is quiet."""
FIRST_VOICE_S = 0.09
"""A turn that began has so much of it (TurnOptions.min_speech_ms), so that each look at a growing turn finds the same."""
DOUBTED_S = 0.6
"""So much of a caller's speech may have been taken for the bot's echo at first (a stretch of which only the end is speech is like
anything); it is given back when the turn has begun."""
POST_ROLL_S = 0.12
"""Sound kept after the last voiced window: the release of the last syllable."""
GUARD = 0.8
"""Speech probability that counts while the bot speaks: its own echo in the line is fainter than a caller."""


class Ear:
    """Hears one call. The detector gets a cheap stream (no delay); a turn is resampled well, once, when it is wanted."""

    def __init__(self, rate_hz: int, options: TurnOptions) -> None:
        self._rate_hz = rate_hz
        self._options = options
        self._activity = VoiceActivity()
        self._stream = soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="QQ")
        self._state = TurnState()
        self._kept: list[Sound] = []
        self._kept_from = 0
        self._voiced_from: int | None = None
        self._doubted = 0
        self._floor = self._over = 0
        self.received = 0
        """Samples so far, at the line's rate."""

    @property
    def speaking_ms(self) -> int:
        """Speech in the turn under way; 0 between turns."""
        return self._state.voiced_ms

    @property
    def under_way(self) -> tuple[int, int] | None:
        """The turn being spoken as (start, end so far), positions as in asr.turn_end; None between turns."""
        state = self._state
        return (state.began * WINDOW, state.last * WINDOW) if state.started and state.began is not None else None

    def hear(self, samples: Sound, is_echo: Callable[[], bool] | None = None) -> list[TurnEvent]:
        """What these samples make happen. `is_echo`: the bot is speaking, so only clear speech counts, and not its own."""
        self._keep(samples)
        same = self._rate_hz == SAMPLE_RATE_HZ
        events: list[TurnEvent] = []
        for probability in self._activity.hear(samples if same else self._stream.resample_chunk(samples)):
            doubtful = is_echo is not None and (probability < GUARD or is_echo())
            self._state, new = step(self._state, 0.0 if doubtful else probability, self._options)
            self._voiced_from = self._since(self._voiced_from, probability)
            events.extend(new)
            for event in new:
                if isinstance(event, SpeechStarted):
                    lead = event.start - (event.start if self._voiced_from is None else self._voiced_from)
                    self._doubted = min(max(lead, 0), int(DOUBTED_S * SAMPLE_RATE_HZ))
                    self._floor = self._over
                elif isinstance(event, TurnEnded):
                    self._over = self._line_position(event.end) + int(POST_ROLL_S * self._rate_hz)
        if self._state.began is None and not any(isinstance(event, SpeechStarted | TurnEnded) for event in events):
            self._forget()
        return events

    def turn(self, start: int, end: int) -> Samples:
        """The sound of a turn (positions as in asr.turn_end), a little before and after included, at 16 kHz."""
        sound = np.concatenate([np.zeros(0, np.float32), *self._kept])
        first = self._line_position(start - self._doubted) - int(PRE_ROLL_S * self._rate_hz)
        if self._floor <= self._line_position(start):  # what belongs to the turn before is not heard twice
            first = max(first, self._floor)
        first = max(first - self._kept_from, 0)
        voice = max(self._line_position(start) - self._kept_from, first)
        first += self._needless(sound[first : voice + int(FIRST_VOICE_S * self._rate_hz)])
        last = self._line_position(end) + int(POST_ROLL_S * self._rate_hz) - self._kept_from
        cut = sound[first : max(last, 0)]
        return cut if self._rate_hz == SAMPLE_RATE_HZ else soxr.resample(cut, self._rate_hz, SAMPLE_RATE_HZ)

    def _needless(self, beginning: Sound) -> int:
        """How many samples of a turn's beginning are quiet, beyond QUIET_S before the first that is not."""
        level = np.abs(beginning)
        loud = np.flatnonzero(level > NOTHING * level[-int(FIRST_VOICE_S * self._rate_hz) :].max(initial=0.0))
        return max(int(loud[0]) - int(QUIET_S * self._rate_hz), 0) if len(loud) else 0

    def ago_s(self, position: int) -> float:
        """How long before the latest sample a position lies."""
        return (self.received - self._line_position(position)) / self._rate_hz

    def _since(self, before: int | None, probability: float) -> int | None:
        """Since which sample there has been a voice without a break, whoever's it is, the window just heard included."""
        if probability < (self._options.threshold if before is None else self._options.release):
            return None
        return (self._state.windows - 1) * WINDOW if before is None else before

    def _line_position(self, position: int) -> int:
        return position * self._rate_hz // SAMPLE_RATE_HZ

    def _keep(self, samples: Sound) -> None:
        self._kept.append(samples)
        self.received += len(samples)

    def _forget(self) -> None:
        """Between turns only the pre-roll is kept (and the window under way)."""
        needless = self.received - self._kept_from - int((PRE_ROLL_S + DOUBTED_S + 0.1) * self._rate_hz)
        while self._kept and len(self._kept[0]) <= needless:
            needless -= len(self._kept[0])
            self._kept_from += len(self._kept.pop(0))
