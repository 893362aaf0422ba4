"""The times of a call."""

from __future__ import annotations

from dataclasses import dataclass

from asr.turn_end import TurnOptions
from dialogue.bot_settings import VoiceChannel


@dataclass(frozen=True, slots=True)
class CallOptions:
    """Seconds end in _s, milliseconds in _ms. The first three are keys of `channels: voice:` in bot.yml."""

    silence_s: float = 6.0
    """How long the bot waits for an answer before it asks whether anyone is there."""
    end_silence_ms: int = 500
    """Silence that ends a turn. Shorter answers sooner, and cuts off people who think while they speak: of 32 real
    clips 14 pause for 300 ms or more inside a sentence, 7 for 500 ms."""
    barge_in: bool = True
    barge_in_ms: int = 250
    """Speech that stops the bot; a short 嗯 is over before."""
    max_turn_s: float = 20.0
    max_call_s: float = 3600.0

    @property
    def turns(self) -> TurnOptions:
        eager_ms = min(TurnOptions().eager_silence_ms, self.end_silence_ms)
        return TurnOptions(
            end_silence_ms=self.end_silence_ms,
            eager_silence_ms=eager_ms,
            max_turn_ms=round(self.max_turn_s * 1000),
        )

    @classmethod
    def of(cls, channel: VoiceChannel) -> CallOptions:
        """What the operator set."""
        return cls(silence_s=channel.silence_s, end_silence_ms=channel.end_silence_ms, barge_in=channel.barge_in)
