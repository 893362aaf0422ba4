from __future__ import annotations

from typing import Any

import pytest

from dialogue.speech_server import SpeechServer, SpokenAs


def test_a_dialect_changes_what_it_names_and_nothing_else() -> None:
    server = SpeechServer(
        "http://h/v1", "tts", "mei", "亲切一点", {"yue": SpokenAs("wong"), "wuu": SpokenAs(instructions="请用上海话说")}
    )
    assert (server.speaking("yue").voice, server.speaking("yue").instructions) == ("wong", "亲切一点")
    assert (server.speaking("wuu").voice, server.speaking("wuu").instructions) == ("mei", "请用上海话说")
    assert server.speaking("cmn") == server


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "tts.example"}, "'url' must begin with http"),
        ({"speed": 9.0}, "'speed' must be between 0.25 and 4, got 9"),
        ({"key_env": "sk-123"}, "not the key itself"),
        ({"dialects": {"klingon": SpokenAs()}}, "unknown dialect 'klingon'"),
        ({"deadline_s": 0.0}, "'deadline_s'"),
        ({"retries": 9}, "'retries'"),
        ({"failures": 0}, "'failures'"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as fault:
        SpeechServer(**{"url": "http://h/v1", "model": "m", "voice": "v", **wrong})
    assert "sk-123" not in str(fault.value)
