from __future__ import annotations

from deploy.media.options import CallOptions
from dialogue.bot_settings import VoiceChannel


def test_the_operator_s_times_are_those_of_the_call() -> None:
    options = CallOptions.of(VoiceChannel(silence_s=4, end_silence_ms=300, barge_in=False))
    assert (options.silence_s, options.turns.end_silence_ms, options.barge_in) == (4, 300, False)


def test_a_turn_that_ends_very_soon_is_still_recognised() -> None:
    assert CallOptions(end_silence_ms=50).turns.eager_silence_ms == 50
