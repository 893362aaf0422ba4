from __future__ import annotations

from functools import reduce
from itertools import pairwise

import pytest

from dialogue.events import BotUttered, Button, SlotSet, UserUttered
from dialogue.responses import DomainResponder, UnknownResponse, fill_in, placeholders, readable
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Understanding
from tests.dialogue.said import domain_of

DOMAIN = domain_of(
    """\
slots:
  cpu_cores: {type: float}
  tier: {type: text}
  features: {type: list}
responses:
  utter_quote:
  - text: "{name}是{cpu_cores}核，每月{price}元。"
  utter_greet:
  - text: 您好。
  - text: 您早。
  - text: 欢迎。
  utter_link:
  - text: 详情见 https://example.com 。
  - text: 详情我发短信给您。
    channel: voice
  utter_tier:
  - text: 一般
  - text: 专业
    condition:
    - {type: slot, name: tier, value: Pro}
  - text: 专业（电话）
    channel: voice
    condition:
    - {type: slot, name: tier, value: Pro}
  utter_only_voice:
  - text: 请按一。
    channel: voice
  utter_never:
  - text: x
    condition:
    - {type: slot, name: tier, value: nobody}
  utter_choice:
  - text: 选哪个？
    image: https://example.com/{tier}.png
    buttons:
    - title: "{tier}款"
      payload: '/supplement_demand{"tier": "pro"}'
    custom: {a: 1}
"""
)
RESPONDER = DomainResponder(DOMAIN)


def state(*slots: SlotSet, conversation: str = "c") -> DialogueState:
    return reduce(track, slots, initial_state(conversation, DOMAIN))


def test_placeholders_take_values_then_slots() -> None:
    known = state(SlotSet("cpu_cores", 8.0), SlotSet("name", "slot"))

    said = RESPONDER.say("utter_quote", known, "rest", {"name": "C8", "price": 899})
    assert (said.text, said.response) == ("C8是8核，每月899元。", "utter_quote")
    assert said.speech == "C八是八核，每月八百九十九元。"


def test_a_placeholder_without_a_value_is_left_out() -> None:
    assert RESPONDER.say("utter_quote", state(), "rest", {}).text == "是核，每月元。"


def test_variations_take_turns() -> None:
    now, heard = state(), []
    for _ in range(6):
        said = RESPONDER.say("utter_greet", now, "rest", {})
        heard.append(said.text)
        now = track(track(now, said), UserUttered("喂", Understanding("喂")))

    assert set(heard) == {"您好。", "您早。", "欢迎。"}
    assert all(one != next_one for one, next_one in pairwise(heard))


def test_one_answer_given_twice_in_a_turn_keeps_its_words() -> None:
    """So that the turn can drop the second; another value is said in other words."""
    asked = track(state(), UserUttered("x", Understanding("x")))
    first = RESPONDER.say("utter_greet", asked, "rest", {})
    assert RESPONDER.say("utter_greet", track(asked, first), "rest", {}).text == first.text


def test_conversations_start_at_different_variations_and_always_at_the_same() -> None:
    firsts = [RESPONDER.say("utter_greet", state(conversation=f"c{n}"), "rest", {}).text for n in range(20)]

    assert len(set(firsts)) == 3
    assert firsts == [RESPONDER.say("utter_greet", state(conversation=f"c{n}"), "rest", {}).text for n in range(20)]


@pytest.mark.parametrize(
    ("response", "channel", "tier", "text"),
    [
        ("utter_link", "rest", None, "详情见 https://example.com 。"),
        ("utter_link", "voice", None, "详情我发短信给您。"),
        ("utter_tier", "rest", None, "一般"),
        ("utter_tier", "voice", None, "一般"),
        ("utter_tier", "rest", "pro", "专业"),
        ("utter_tier", "voice", "pro", "专业（电话）"),
        ("utter_only_voice", "chat", None, "请按一。"),
        ("utter_never", "rest", None, ""),
    ],
)
def test_the_best_fitting_variation_is_said(response: str, channel: str, tier: str | None, text: str) -> None:
    assert RESPONDER.say(response, state(SlotSet("tier", tier)), channel, {}).text == text


def test_what_is_shown_on_a_screen_comes_along() -> None:
    said = RESPONDER.say("utter_choice", state(SlotSet("tier", "pro")), "chat", {})

    assert said == BotUttered(
        "选哪个？",
        "选哪个？",
        "utter_choice",
        (Button("pro款", '/supplement_demand{"tier": "pro"}'),),
        "https://example.com/pro.png",
        {"a": 1},
    )


def test_an_unknown_response_is_told_with_the_nearest() -> None:
    assert RESPONDER.knows("utter_greet")
    assert not RESPONDER.knows("utter_gret")
    with pytest.raises(UnknownResponse, match="response 'utter_gret' is not in the domain; did you mean 'utter_greet'"):
        RESPONDER.say("utter_gret", state(), "rest", {})


@pytest.mark.parametrize(
    ("template", "names", "text"),
    [
        ("没有", (), "没有"),
        ("{a}和{b}", ("a", "b"), "1和2"),
        ("{{a}}", (), "{a}"),
        ('/x{"a": 1}', (), '/x{"a": 1}'),
        ("{并发}", ("并发",), ""),
    ],
)
def test_only_names_in_braces_are_placeholders(template: str, names: tuple[str, ...], text: str) -> None:
    assert placeholders(template) == names
    assert fill_in(template, {"a": 1, "b": 2}.get) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (8.0, "8"), (8.5, "8.5"), (True, "是"), (["备份", 2], "备份、2"), ("王女士", "王女士"), (0, "0")],
)
def test_values_are_written_for_people(value: object, text: str) -> None:
    assert readable(value) == text
