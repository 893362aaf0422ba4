from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_settings import BotSettings, SettingsRead, VoiceChannel, read_settings
from dialogue.yaml_file import parse


def settings_of(text: str) -> SettingsRead:
    return read_settings(parse(text, Path("bot.yml")))


def test_an_empty_file_means_the_defaults() -> None:
    assert settings_of("") == SettingsRead(BotSettings())


def test_every_key_of_the_design_is_taken() -> None:
    found = settings_of(
        """\
profile: server
language: zh
dialects: [cmn, yue]
models: {asr: models/asr, nlu: models/nlu}
personas: {expert: 你是云汇科技的顾问。}
voices: {voice: yue, variant: m1, rate_wpm: 180, pitch: 40, greeting: utter_hello}
facts: tables
actions:
  action_quote: {table: prices, match: [cpu_cores], reply: utter_quote}
adapters: {tenant: north-cloud, max_lora_rank: 32, trial: {decide_by: 200, harm: {guard: {alpha: 0.01}}}}
guard: {terms: {云主机: 云服务器}}
satisfaction: {alert_below: 2}
compliance: {hours: 9-18}
store: {url: sqlite:///talks.sqlite}
channels:
  voice: {silence_s: 5, silence_prompts: 1, end_silence_ms: 250, barge_in: false}
  text: {max_chars: 500}
"""
    )

    assert found.faults == ()
    settings = found.settings
    assert settings.profile == "server"
    assert settings.models.asr == "models/asr"
    assert settings.voices.greeting == "utter_hello"
    assert settings.actions["action_quote"].match == ("cpu_cores",)
    assert settings.channels.voice == VoiceChannel(5.0, 1, 250, False)
    assert settings.channels.text.max_chars == 500
    assert settings.guard.terms == {"云主机": "云服务器"}
    assert str(found.places["actions.action_quote"]) == "bot.yml:9"


def test_a_speech_server_is_named_with_its_dialects() -> None:
    text = "voices:\n  server: {url: 'http://h/v1', model: tts, voice: mei, dialects: {yue: {voice: wong}}}\n"
    server = settings_of(text).settings.voices.server
    assert server is not None
    assert server.speaking("yue").voice == "wong"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[1]", "1: bot.yml must be a mapping (key: value)"),
        ("chanels: {}", "1: unknown key 'chanels' in bot.yml; did you mean 'channels'?"),
        ("profile: edg", "1: 'profile' must be one of edge, server, got 'edg'"),
        ("voices:\n  rate: 100", "2: unknown key 'rate' in 'voices'; did you mean 'rate_wpm'?"),
        ("voices:\n  rate_wpm: 20", "2: 'voices': 'rate_wpm' must be between 80 and 450 words a minute, got 20"),
        ("voices: {engine: festival}", "1: 'engine' must be one of espeak, got 'festival'"),
        (
            "voices:\n  server: {url: x, model: m, voice: v}",
            "2: 'server': 'url' must begin with http:// or https://, got 'x'",
        ),
        ("channels:\n  voice:\n    silence_s: 0", "3: 'voice': 'silence_s' must be above 0 seconds, got 0.0"),
        ("channels: {phone: {}}", "1: unknown key 'phone' in 'channels'"),
        ("actions:\n  action_a: {tabel: prices}", "2: unknown key 'tabel' in action 'action_a'; did you mean 'table'?"),
        ("actions: [action_a]", "1: 'actions' must be a mapping (key: value), got a list"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    assert [str(one) for one in settings_of(text).faults] == [f"bot.yml:{fault}"]


def test_one_fault_hides_no_other() -> None:
    text = "profil: edge\nactions:\n  a: {kind: x}\n  b: {tabel: y}\nstore: {uri: z}\nlanguage: zh\n"

    assert [fault.place.line for fault in settings_of(text).faults] == [1, 3, 4, 5]
    assert settings_of(text).settings.language == "zh"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "sqlite:////bots/a/.xiangyin/conversations.sqlite"),
        ("sqlite:///talks.sqlite", "sqlite:////bots/a/talks.sqlite"),
        ("sqlite:////var/talks.sqlite", "sqlite:////var/talks.sqlite"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://db/talks", "postgresql://db/talks"),
    ],
)
def test_a_relative_store_lies_in_the_bots_folder(url: str, expected: str) -> None:
    assert settings_of(f"store: {{url: '{url}'}}").settings.store_url(Path("/bots/a")) == expected


def test_a_dialect_has_a_voice_and_a_recogniser_of_its_own() -> None:
    found = settings_of("models: {asr_by_dialect: {yue: models/yue}}\nvoices: {pitch: 40, by_dialect: {yue: {voice: yue}}}\n")
    assert not found.faults
    assert found.settings.models.asr_by_dialect == {"yue": "models/yue"}
    voices = found.settings.voices
    assert (voices.in_dialect("yue").voice, voices.in_dialect("yue").pitch) == ("yue", 40)
    assert voices.in_dialect("cmn-wu").voice == voices.voice


def test_a_dialect_that_is_none_is_told_with_the_nearest() -> None:
    found = settings_of("voices: {by_dialect: {cmn-sichan: {voice: yue}}}\n")
    assert "cmn-sichan" in found.faults[0].what
    assert "cmn-sichuan" in found.faults[0].what
