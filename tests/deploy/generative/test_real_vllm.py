"""A real vLLM with a trained adapter: XIANGYIN_VLLM_URL (up to /v1), XIANGYIN_VLLM_INTENT (its folder, served by its name)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.generative.server import Server, parser_at
from nlu.generative.parser import Generated

pytestmark = pytest.mark.skipif(
    not {"XIANGYIN_VLLM_URL", "XIANGYIN_VLLM_INTENT"} <= set(os.environ),
    reason="needs a real vLLM: XIANGYIN_VLLM_URL, XIANGYIN_VLLM_INTENT",
)


def test_answers_keep_to_the_form_and_tell_the_odds_of_every_letter() -> None:
    parser = parser_at(Path(os.environ["XIANGYIN_VLLM_INTENT"]), os.environ["XIANGYIN_VLLM_URL"])
    assert isinstance(parser.answerer, Server)
    (answer,) = parser.answerer.answers(["这个云服务器一年多少钱"])
    assert isinstance(answer, Generated)
    assert "".join(token.text for token in answer.tokens) == answer.text
    found = parser.parse("这个云服务器一年多少钱")
    assert len(found.ranking) == len(parser.intents)
    assert 0 < found.ranking[0].confidence < 1
