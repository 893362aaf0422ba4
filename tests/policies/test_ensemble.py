"""Hand-over, silence and fallback, in the order in which they are asked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dialogue.bot_files import load_bot
from dialogue.events import FollowUp, Paused, Resumed, UserUttered
from dialogue.script_file import Script
from dialogue.state import DialogueState
from dialogue.track import track
from dialogue.yaml_file import YamlError
from nlu.understanding import Need, Understanding
from policies.options import PolicyOptions, options_of
from tests.policies.talk import Talk, domain_of, read_script_text

DOMAIN = """
intents: [greet, price, affirm, deny, human, complaint, trial]
responses:
  utter_greet: [{text: 您好}]
  utter_price: [{text: 一百}]
  utter_sorry: [{text: 抱歉}]
  utter_no_problem: [{text: 好}]
"""
SILENCE = "  utter_still_there: [{text: 在吗}]\n  utter_silence_goodbye: [{text: 再见}]\n"
RULES = """
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: price
  steps: [{intent: price}, {action: utter_price}]
- rule: unhappy
  steps: [{intent: complaint}, {action: utter_sorry}, {action: action_offer_person}]
- rule: 'no'
  steps: [{intent: deny}, {action: utter_no_problem}]
"""


def talk(rules: str = RULES, responses: str = "", options: PolicyOptions | None = None) -> Talk:
    return Talk(domain_of(DOMAIN + responses), read_script_text(rules), options=options or PolicyOptions())


def test_not_understood_is_asked_again_once_then_handed_over() -> None:
    conversation = talk()
    assert conversation.says("") == ["action_ask_again"]
    assert conversation.says("") == ["action_offer_person", "action_hand_over"]
    assert conversation.state.handed_over


def test_an_answer_in_between_begins_the_count_anew() -> None:
    conversation = talk()
    assert conversation.says("") == ["action_ask_again"]
    assert conversation.says("price") == ["utter_price"]
    assert conversation.says("") == ["action_ask_again"]


def test_silence_in_between_does_not_count_as_not_understood() -> None:
    conversation = talk()
    assert conversation.is_silent() == ["action_ask_again"]
    assert conversation.says("") == ["action_ask_again"]
    conversation.is_silent()
    assert conversation.says("") == ["action_offer_person", "action_hand_over"]


def test_an_intent_without_a_rule_is_a_miss_and_says_so() -> None:
    conversation = talk()
    assert conversation.says("trial") == ["action_ask_again"]
    assert conversation.decided[0].reason == "no rule or story covers 'trial' here"
    assert conversation.says("trial+affirm") == ["action_offer_person", "action_hand_over"]


def test_a_half_answered_sentence_is_no_miss() -> None:
    conversation = talk()
    assert conversation.says("price+trial") == ["utter_price", "action_ask_again"]
    assert conversation.says("trial") == ["action_ask_again"]


def test_a_person_is_handed_over_to_when_asked_for() -> None:
    conversation = talk()
    assert conversation.says("human") == ["action_hand_over"]
    assert conversation.decided[0].policy == "hand_over"


def test_an_operators_rule_for_it_goes_first_and_is_finished() -> None:
    rules = RULES + "- rule: person\n  steps: [{intent: human}, {action: action_hand_over}, {action: utter_no_problem}]\n"
    assert talk(rules).says("human") == ["action_hand_over", "utter_no_problem"]


@pytest.mark.parametrize(("answer", "actions"), [("affirm", ["action_hand_over"]), ("deny", ["utter_no_problem"])])
def test_an_offer_may_be_accepted_or_declined(answer: str, actions: list[str]) -> None:
    conversation = talk()
    assert conversation.says("complaint") == ["utter_sorry", "action_offer_person"]
    conversation.is_silent()
    assert conversation.says(answer) == actions


def test_yes_without_an_offer_is_no_hand_over() -> None:
    conversation = talk()
    conversation.says("price")
    assert conversation.says("affirm") == ["action_ask_again"]


def test_after_the_hand_over_the_bot_stays_out() -> None:
    conversation = talk()
    conversation.says("human")
    assert conversation.says("price") == []
    assert conversation.is_silent() == []


def test_after_the_hand_over_it_may_say_that_a_person_is_on_the_way() -> None:
    conversation = talk(responses="  utter_person_on_the_way: [{text: 同事马上来}]\n")
    conversation.says("human")
    assert conversation.says("price+complaint") == ["utter_person_on_the_way"]


def test_a_silent_caller_is_asked_twice_then_said_goodbye_to() -> None:
    conversation = talk(responses=SILENCE)
    assert [conversation.is_silent() for _ in range(3)] == [
        ["utter_still_there"],
        ["utter_still_there"],
        ["utter_silence_goodbye", "action_end_call"],
    ]
    assert conversation.state.ended


def test_a_word_begins_the_count_of_silences_anew() -> None:
    conversation = talk(responses=SILENCE)
    conversation.is_silent()
    conversation.is_silent()
    conversation.says("price")
    assert conversation.is_silent() == ["utter_still_there"]


def test_how_often_a_silent_caller_is_asked_can_be_set() -> None:
    assert talk(options=PolicyOptions(silence_prompts=0)).is_silent() == ["action_end_call"]


def test_options_come_from_config() -> None:
    config = {
        "RulePolicy": {"core_fallback_action_name": "utter_greet"},
        "MemoizationPolicy": {"max_history": 3},
        "TEDPolicy": {},
    }
    wanted = PolicyOptions(ask_again="utter_greet", max_history=3, silence_prompts=1, forgets=False, learnt=True)
    assert options_of(config, 1, Path("config.yml")) == wanted


def test_what_a_bot_without_bot_yml_leaves_unsaid_is_as_in_rasa() -> None:
    usual = options_of({}, 2, Path("config.yml"), plain=True)
    assert (usual.ask_again, usual.max_history, usual.learnt) == ("action_default_fallback", None, True)
    assert not options_of({"RulePolicy": {}}, 2, Path("config.yml"), plain=True).learnt


def test_an_option_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(YamlError, match="'max_history' of MemoizationPolicy must be a whole number, got 'five'"):
        options_of({"MemoizationPolicy": {"max_history": "five"}}, 2, Path("config.yml"))


def test_no_sequence_of_needs_makes_the_sample_bot_fall_silent_or_run_in_a_circle() -> None:
    bot = load_bot(Path(__file__).parents[2] / "examples" / "cloud_sales")
    chance = random.Random(1)
    for _ in range(20):
        conversation = Talk(bot.domain, Script(bot.rules, bot.stories))
        while conversation.state.turn < 20 and not (conversation.state.ended or conversation.state.handed_over):
            needs = [chance.choice(list(bot.domain.intents)) for _ in range(chance.choice([0, 1, 1, 2, 3]))]
            entities = {f"phone__{len(needs) - 1}": "13800001111"} if needs and chance.random() < 0.4 else {}
            actions = conversation.says("+".join(needs), **entities)
            assert 0 < len(actions) <= 8, (needs, entities, actions)
            assert actions.count("lead_form") <= 1, (needs, entities, actions)


@pytest.mark.parametrize(("intent", "action"), [("restart", "action_restart"), ("back", "action_back")])
def test_intents_of_every_bot_go_before_all_else(intent: str, action: str) -> None:
    rule = f"rules: [{{rule: r, steps: [{{intent: {intent}}}, {{action: utter_greet}}]}}]"
    ensemble = talk(rule).ensemble
    said = UserUttered("/x", Understanding("/x", (Need(intent, 1.0, (), 0, 2),), (), 1.0))
    assert ensemble.decide(track(DialogueState("c"), said)).action == action


def test_what_an_action_asks_for_follows_and_a_pause_silences() -> None:
    conversation = talk()
    state = track(conversation.state, FollowUp("utter_greet"))
    assert conversation.ensemble.decide(state).action == "utter_greet"
    assert conversation.ensemble.decide(track(state, Paused())).action == "action_listen"
    assert conversation.ensemble.decide(track(track(state, Paused()), Resumed())).action == "utter_greet"
