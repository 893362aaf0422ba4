"""A language model asked for an action where nobody else knows."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.domain import Domain
from dialogue.domain_file import read_domain
from dialogue.events import ActionExecuted, ActiveLoop, BotUttered, UserUttered
from dialogue.llm import ChatClient, LastResortSettings, LlmSettings
from dialogue.script_file import scripts_of
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from dialogue.yaml_file import parse
from nlu.understanding import Need, Understanding
from policies.ensemble import Ensemble
from policies.last_resort import LastResortPolicy
from policies.options import PolicyOptions
from tests.dialogue.llm.server import Answer, Endpoint, endpoint

SETTINGS = LastResortSettings({"utter_trial": "客户想试一试", "action_hand_over": "客户要找真人"})
CHOSEN = Answer(('{"action": ', '"utter_trial"}'))


def heard(text: str = "我姓王,电话13800001234,能先用两天吗") -> DialogueState:
    state = track(initial_state("c", Domain()), BotUttered("您好", "您好"))
    return track(state, UserUttered(text, Understanding(text)))


@contextmanager
def asking(*answers: Answer) -> Iterator[tuple[LastResortPolicy, Endpoint]]:
    with endpoint(*answers) as served:
        settings = LlmSettings(served.url, "sales", deadline_s=20.0, retries=0)
        with closing(ChatClient(settings, {})) as chatter:
            yield LastResortPolicy(SETTINGS, chatter), served


def test_it_chooses_among_the_listed_actions_and_says_so() -> None:
    with asking(CHOSEN) as (policy, served):
        decision = policy.decide(heard())
    assert decision is not None
    assert (decision.action, decision.policy) == ("utter_trial", "last_resort")
    assert decision.reason == "no rule or story knows; the language model chose it of 2"
    asked = served.asked[0]
    enum = asked["response_format"]["json_schema"]["schema"]["properties"]["action"]["enum"]
    assert enum == ["utter_trial", "action_hand_over", "none"]
    assert "- utter_trial: 客户想试一试" in asked["messages"][0]["content"]


def test_the_model_is_shown_the_conversation_without_personal_data() -> None:
    with asking(CHOSEN) as (policy, served):
        policy.decide(heard())
    shown = served.asked[0]["messages"][1:]
    assert [one["role"] for one in shown] == ["assistant", "user"]
    assert "13800001234" not in json.dumps(served.asked)
    assert shown[1]["content"].endswith("能先用两天吗")


def test_of_a_very_long_line_the_beginning_is_shown_and_no_half_of_a_number() -> None:
    with asking(CHOSEN) as (policy, served):
        policy.decide(heard("能先用两天吗" * 49 + "13800001234" + "能先用两天吗" * 200))
    assert served.asked[0]["messages"][-1]["content"] == "能先用两天吗" * 49


@pytest.mark.parametrize(
    "answer",
    [
        Answer(('{"action": "none"}',)),
        Answer(('{"action": "action_delete_everything"}',)),
        Answer(("utter_trial",)),
        Answer(("[]",)),
        Answer(('{"action": ["utter_trial"]}',)),
        Answer(status=500),
    ],
)
def test_the_others_go_on_where_it_finds_nothing_or_answers_wrongly(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), asking(answer) as (policy, served):
        assert policy.decide(heard()) is None
    assert len(served.asked) == 1
    assert "13800001234" not in caplog.text


def test_it_is_not_asked_about_silence_or_in_a_form_or_twice_in_a_turn() -> None:
    with asking(CHOSEN) as (policy, served):
        assert policy.decide(heard("")) is None
        assert policy.decide(track(heard(), ActiveLoop("lead_form"))) is None
        done = track(heard(), ActionExecuted("utter_trial", "last_resort"))
        assert policy.decide(done) is None
        assert policy.decide(replace(done, actions=())) is None  # for a second need of the same sentence
    assert served.asked == []


def test_what_was_understood_goes_along() -> None:
    text = "能不能来个小哥"
    need = Understanding(text, (Need("visit", 0.9, (), 0, len(text)),))
    with asking(CHOSEN) as (policy, served):
        policy.decide(track(initial_state("c", Domain()), UserUttered(text, need)))
    assert served.asked[0]["messages"][0]["content"].endswith("机器人的理解：visit")


RULE = """
intents: [greet]
responses: {utter_greet: [{text: 您好}], utter_trial: [{text: 可以试用}]}
rules:
- rule: hello
  steps: [{intent: greet}, {action: utter_greet}]
"""


def ensemble(policy: LastResortPolicy | None) -> Ensemble:
    root = parse(RULE, Path("bot.yml"))
    return Ensemble.build(read_domain([root]).domain, scripts_of([root]).rules, options=PolicyOptions(last_resort=policy))


def test_all_others_but_the_fallback_go_before_it() -> None:
    greeting = UserUttered("您好", Understanding("您好", (Need("greet", 0.9, (), 0, 2),)))
    with asking(CHOSEN) as (policy, served):
        asked = ensemble(policy)
        assert asked.decide(track(initial_state("c", Domain()), greeting)).action == "utter_greet"
        assert served.asked == []
        decision = asked.decide(heard())
        assert (decision.action, decision.policy) == ("utter_trial", "last_resort")
        done = track(heard(), ActionExecuted(decision.action, decision.policy))
        assert asked.decide(done).action == "action_listen"
    with asking(Answer(('{"action": "none"}',))) as (policy, _):
        assert ensemble(policy).decide(heard()).action == "action_ask_again"
    assert ensemble(None).decide(heard()).action == "action_ask_again"
