"""Wording against a server that really runs (`xiangyin serve-llm BOT`): XIANGYIN_VLLM_URL, up to and with /v1."""

from __future__ import annotations

import json
import os
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.events import AdapterReplied, BotUttered
from dialogue.llm import ChatClient, LlmSettings
from dialogue.wording.wording import wording_of
from tests.dialogue.wording.house import QUOTED, asked, house, told

URL = os.environ.get("XIANGYIN_VLLM_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="no language model: XIANGYIN_VLLM_URL is not set")


def models() -> list[str]:
    with urllib.request.urlopen(f"{URL}/models", timeout=20) as answer:
        return [model["id"] for model in json.load(answer)["data"]]


def test_whoever_it_serves_is_heard_or_the_response_is(tmp_path: Path) -> None:
    bot = house(tmp_path)
    for model in models():
        with closing(ChatClient(LlmSettings(URL, model))) as llm:
            wording = wording_of(bot, llm, None)
            assert wording is not None
            state = asked(bot, "云服务器一年多少钱")
            message = told(bot, "utter_quote", state, **QUOTED)
            events = wording.begin().worded(message, "action_quote", state, "")
        record, said = events[0], events[-1]
        assert isinstance(record, AdapterReplied)
        assert isinstance(said, BotUttered)
        assert (record.model, record.fault) == (model, "")
        assert 0 < record.first_ms <= record.whole_ms
        assert record.worded == (said.text != message.text)
        assert "4690" in said.text or "四千六百九十" in said.text
