"""Asking a language model over HTTP."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from dialogue.llm import ChatClient, ChatRequest, LlmError, LlmSettings, Said
from dialogue.llm.odds import Piece, TokenOdds, piece_of
from tests.dialogue.llm.server import Answer, Endpoint, endpoint

ASKED = ChatRequest((Said("system", "选一个"), Said("user", "能开发票吗")))


def client(served: Endpoint, environment: Mapping[str, str] | None = None, **settings: Any) -> closing[ChatClient]:
    told = {"deadline_s": 20.0, "retries": 0, **settings}
    return closing(ChatClient(LlmSettings(served.url, "sales", **told), environment or {}))


def test_the_answer_comes_piece_by_piece() -> None:
    with endpoint(Answer(("可以", "的", "。"))) as served, client(served) as llm:
        assert list(llm.stream(ASKED)) == ["可以", "的", "。"]
        assert llm.complete(ASKED) == "可以的。"
    assert served.asked[0] == {
        "model": "sales",
        "messages": [{"role": "system", "content": "选一个"}, {"role": "user", "content": "能开发票吗"}],
        "max_tokens": 64,
        "temperature": 0.0,
        "stream": True,
    }


def test_a_form_for_the_answer_and_another_adapter_go_along() -> None:
    schema = {"type": "object", "properties": {"action": {"enum": ["a", "none"]}}}
    with endpoint(Answer(('{"action": "a"}',))) as served, client(served, {"LLM_KEY": "k"}, key_env="LLM_KEY") as llm:
        llm.complete(ChatRequest(ASKED.messages, schema, model="v1.2-sales-negotiation"))
    assert served.asked[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": schema, "strict": True},
    }
    assert served.asked[0]["model"] == "v1.2-sales-negotiation"
    assert served.keys == ["Bearer k"]


def test_a_server_that_does_not_stream_is_understood() -> None:
    whole = Answer(raw='{"choices": [{"message": {"role": "assistant", "content": "好的"}}]}')
    with endpoint(whole) as served, client(served) as llm:
        assert llm.complete(ASKED) == "好的"


WEIGHED = (
    '{"token": "A", "logprob": -0.1, "top_logprobs": [{"token": "A", "logprob": -0.1}, {"token": "B", "logprob": -2.5}]},'
    '{"token": "。", "logprob": -0.2, "top_logprobs": []}'
)


def test_what_was_weighed_for_each_token_is_told_where_the_request_asks_for_it() -> None:
    whole = Answer(raw=f'{{"choices": [{{"message": {{"content": "A。"}}, "logprobs": {{"content": [{WEIGHED}]}}}}]}}')
    with endpoint(whole) as served, client(served) as llm:
        (piece,) = llm.pieces(replace(ASKED, likely=2))
    assert (served.asked[0]["logprobs"], served.asked[0]["top_logprobs"]) == (True, 2)
    assert piece.text == "A。"
    assert [(token.text, token.others) for token in piece.tokens] == [("A", (("A", -0.1), ("B", -2.5))), ("。", (("。", -0.2),))]


def test_a_piece_of_a_character_is_no_text_yet_but_has_its_odds() -> None:
    chunk = {"delta": {"content": ""}, "logprobs": {"content": [{"token": "\ufffd", "logprob": -1.0}]}}
    assert piece_of(chunk, "delta") == Piece("", (TokenOdds("\ufffd", (("\ufffd", -1.0),)),))


def refusal(llm: ChatClient) -> LlmError:
    with pytest.raises(LlmError) as refused:
        llm.complete(ASKED)
    return refused.value


@pytest.mark.parametrize("stalls_after", [0, 1])
def test_the_deadline_holds_even_in_mid_answer(stalls_after: int) -> None:
    with endpoint(Answer(("好", "的"), stalls_after=stalls_after)) as served, client(served, deadline_s=0.3) as llm:
        begun = time.monotonic()
        assert refusal(llm).kind == "late"
        assert time.monotonic() - begun < 10.0  # the server would stall for 30 s


@pytest.mark.parametrize("raw", ["", "{}"])
def test_an_answer_that_drips_without_end_is_hung_up_on(raw: str) -> None:
    with endpoint(Answer(raw=raw, drips=True)) as served, client(served, deadline_s=0.3) as llm:
        assert refusal(llm).kind == "late"
        assert served.hung_up.wait(10)


@pytest.mark.parametrize("first", [Answer(status=503), Answer(status=429)])
def test_a_busy_server_is_asked_again(first: Answer) -> None:
    with endpoint(first, Answer(("好",))) as served, client(served, retries=1) as llm:
        assert llm.complete(ASKED) == "好"
    assert len(served.asked) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=400), "refused"),
        (Answer(status=503), "busy"),
        (Answer(raw="[]"), "unreadable"),
        (Answer(raw="<html>"), "unreadable"),
        (Answer(raw='{"error": {"message": "x"}}'), "unreadable"),
    ],
)
def test_what_is_no_answer_is_told_by_kind(answer: Answer, kind: str) -> None:
    with endpoint(answer) as served, client(served) as llm:
        assert refusal(llm).kind == kind
    assert len(served.asked) == 1


def test_a_closed_port_is_unreachable_and_then_left_alone() -> None:
    with endpoint(Answer()) as served:
        pass
    with client(served, failures=2, retries=1) as llm:
        assert [refusal(llm).kind for _ in range(3)] == ["unreachable", "unreachable", "resting"]


def test_a_key_that_is_not_set_is_told_by_the_name_of_its_variable() -> None:
    with endpoint(Answer(("好",))) as served, client(served, key_env="LLM_KEY") as llm:
        assert str(refusal(llm)) == "no key: the environment variable 'LLM_KEY' is not set"
    assert served.asked == []


def test_a_closed_client_opens_again() -> None:
    with endpoint(Answer(("好",))) as served, client(served) as llm:
        assert llm.complete(ASKED) == "好"
        llm.close()
        assert llm.complete(ASKED) == "好"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"url": "localhost:8000"}, "'url' must begin with http"),
        ({"key_env": "sk-91c2"}, "must be the name of an environment variable"),
        ({"deadline_s": 0}, "must be above 0 seconds"),
        ({"retries": 9}, "'retries' must be between 0 and 5, got 9"),
    ],
)
def test_settings_that_cannot_be_are_told(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        LlmSettings(**{"url": "http://127.0.0.1:8000/v1", "model": "sales", **settings})
