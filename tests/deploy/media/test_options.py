from __future__ import annotations

import pytest

from deploy.media.options import CallOptions, CallOptionsError


def test_keys_of_bot_yml_fill_the_options() -> None:
    options = CallOptions.of({"silence_s": 4, "end_silence_ms": 300, "barge_in": False})
    assert (options.silence_s, options.turns.end_silence_ms, options.barge_in) == (4.0, 300, False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"silense_s": 4}, "unknown key 'silense_s'; did you mean 'silence_s'"),
        ({"barge_in": "yes"}, "barge_in must be a bool, got 'yes'"),
        ({"end_silence_ms": 20}, "end_silence_ms must be 150 ms or more, got 20"),
        ({"silence_s": 0}, "silence_s and max_call_s must be more than 0"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(settings: dict[str, object], message: str) -> None:
    with pytest.raises(CallOptionsError, match=message) as fault:
        CallOptions.of(settings)
    assert str(fault.value).startswith("bot.yml: channels.voice: ")
