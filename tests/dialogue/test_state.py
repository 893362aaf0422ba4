from __future__ import annotations

from dialogue.state import DialogueState, SlotValue
from nlu.understanding import Need

TRIAL, DISCOUNT = Need("trial", 0.9), Need("discount", 0.8)


def test_the_need_being_answered_is_the_only_one_or_the_one_taken() -> None:
    assert DialogueState("c").focus is None
    assert DialogueState("c", needs=(TRIAL,)).focus == TRIAL
    assert DialogueState("c", needs=(TRIAL, DISCOUNT)).focus is None
    assert DialogueState("c", needs=(TRIAL, DISCOUNT), need=1).focus == DISCOUNT


def test_rules_match_on_one_intent_or_on_the_sentence_as_a_whole() -> None:
    assert DialogueState("c").intent_name is None
    assert DialogueState("c", needs=(TRIAL,)).intent_name == "trial"
    assert DialogueState("c", needs=(TRIAL, DISCOUNT)).intent_name == "trial+discount"
    assert DialogueState("c", needs=(TRIAL, DISCOUNT), need=0).intent_name == "trial"


def test_a_slot_without_a_value_is_none() -> None:
    state = DialogueState("c", slots={"cpu_cores": SlotValue(8)})

    assert (state.value("cpu_cores"), state.value("memory_gb")) == (8, None)
