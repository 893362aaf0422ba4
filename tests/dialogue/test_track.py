from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import pytest

from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    HandedOver,
    LeadRecorded,
    NeedTaken,
    Restarted,
    SessionEnded,
    SessionStarted,
    SlotSet,
    SlotsReset,
)
from dialogue.state import DialogueState, SlotValue
from dialogue.track import initial_state, track
from tests.dialogue.said import domain_of, said

DOMAIN = domain_of(
    "slots: {region: {type: text, initial_value: shanghai}, cpu_cores: {type: float}, requested_slot: {type: any}}"
)


def after(*events: Event) -> DialogueState:
    return reduce(track, events, initial_state("call-1", DOMAIN))


def intents(*utterances: Iterable[str]) -> str | None:
    return after(*(said("……", *needs) for needs in utterances)).intent


def test_a_conversation_begins_with_the_domains_initial_values() -> None:
    state = initial_state("call-1", DOMAIN)

    assert state.slots == {"region": SlotValue("shanghai", 0, "", "default")}
    assert (state.turn, state.intent, state.needs, state.started) == (0, None, (), False)


@pytest.mark.parametrize(
    ("utterances", "topic"),
    [
        ([["price_inquiry"]], "price_inquiry"),
        ([["price_inquiry"], ["supplement_demand"]], "price_inquiry"),
        ([["price_inquiry"], ["supplement_demand"], ["supplement_demand"]], "price_inquiry"),
        ([["supplement_demand"]], "supplement_demand"),
        ([["product_inquiry", "requirement", "integration"]], "integration"),
        ([["product_inquiry", "supplement_demand"]], "product_inquiry"),
        ([["discount"], ["supplement_demand"], ["affirm"]], "affirm"),
        ([["discount"], []], "discount"),
        ([], None),
    ],
)
def test_the_topic_is_what_was_last_asked_and_supplements_leave_it(utterances: list[list[str]], topic: str | None) -> None:
    assert intents(*utterances) == topic


def test_an_utterance_begins_a_turn() -> None:
    state = after(
        said("多少钱", "price_inquiry"),
        ActionExecuted("action_quote"),
        said("打个折,再试用一下", "discount", "trial"),
    )

    assert state.turn == 2
    assert [need.intent for need in state.needs] == ["discount", "trial"]
    assert state.intent_name == "discount+trial"
    assert state.actions == state.turn_actions == ()


def test_each_need_of_a_sentence_has_its_own_actions() -> None:
    state = after(
        said("打个折,再试用一下", "discount", "trial"),
        NeedTaken(0),
        ActionExecuted("action_discount", need=0),
        NeedTaken(1),
        ActionExecuted("utter_trial", need=1),
    )

    assert state.intent_name == "trial"
    assert [action.name for action in state.actions] == ["utter_trial"]
    assert [action.name for action in state.turn_actions] == ["action_discount", "utter_trial"]


def test_new_values_win_and_remember_turn_and_words() -> None:
    state = after(
        said("8核的", "supplement_demand"),
        SlotSet("cpu_cores", 8, "said", "8核"),
        said("改成16核", "supplement_demand"),
        SlotSet("cpu_cores", 16, "said", "16核"),
        said("多少钱", "price_inquiry"),
    )

    assert state.slots["cpu_cores"] == SlotValue(16, 2, "16核", "said")
    assert state.value("cpu_cores") == 16


def test_none_empties_a_slot_and_a_reset_brings_back_the_initial_values() -> None:
    emptied = after(SlotSet("region", None), SlotSet("cpu_cores", 8))
    reset = track(emptied, SlotsReset())

    assert emptied.value("region") is None
    assert {name: slot.value for name, slot in reset.slots.items()} == {"region": "shanghai"}


def test_misses_count_utterances_in_a_row_that_were_not_understood() -> None:
    assert after(said("呃呃呃"), said("")).misses == 2
    assert after(said("呃呃呃"), said("多少钱", "price_inquiry")).misses == 0


def test_the_answer_to_a_forms_question_counts_as_understood() -> None:
    asked = (ActiveLoop("lead_form"), SlotSet("requested_slot", "company"), said("云山小铺"))

    assert after(*asked).misses == 1
    assert after(*asked, SlotSet("company", "云山小铺", "said", "云山小铺")).misses == 0
    assert after(*asked, SlotSet("cpu_cores", 8, "said", "八核")).misses == 1


def test_the_history_is_whole() -> None:
    hello = BotUttered("您好", "您好", "utter_greet")
    events = (said("在吗", "greet"), ActionExecuted("utter_greet"), hello, said("多少钱", "price_inquiry"))

    assert after(*events).history == events


def test_a_form_a_person_and_a_lead() -> None:
    state = after(ActiveLoop("lead_form"), HandedOver("要找人工"), LeadRecorded({"phone": "13800000000"}))

    assert state.active_loop == "lead_form"
    assert state.handed_over
    assert track(state, ActiveLoop(None)).active_loop is None


def test_a_new_session_keeps_what_was_said_and_nothing_of_the_talk() -> None:
    state = after(
        SessionStarted("voice"),
        said("8核多少钱", "price_inquiry"),
        SlotSet("cpu_cores", 8, "said", "8核"),
        ActiveLoop("lead_form"),
        HandedOver("x"),
        SessionEnded("hangup"),
    )
    again = track(state, SessionStarted("voice"))

    assert (state.started, state.ended) == (True, True)
    assert (again.started, again.ended, again.handed_over, again.active_loop, again.intent) == (True, False, False, None, None)
    assert again.value("cpu_cores") == 8
    assert again.turn == 1
    assert again.history == state.history


def test_a_restart_forgets_everything() -> None:
    state = after(SessionStarted(), said("8核多少钱", "price_inquiry"), SlotSet("cpu_cores", 8), Restarted())

    assert state.value("cpu_cores") is None
    assert state.value("region") == "shanghai"
    assert (state.turn, state.history, state.started) == (0, (), True)
