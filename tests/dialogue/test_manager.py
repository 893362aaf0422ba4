from __future__ import annotations

import json

from dialogue.events import BotUttered, SlotSet
from dialogue.manager import DialogueStateManager
from nlu.understanding import Entity
from tests.dialogue.said import domain_of

SERVER = "1000并发的云服务器"


def manager() -> DialogueStateManager:
    """Someone asked for a server with a thousand users at once."""
    found = DialogueStateManager()
    found.update_state(SERVER, "product_inquiry", {"concurrency": 1000, "product_type": "cloud_server"})
    return found


def test_a_price_question_inherits_the_configuration_said_before() -> None:
    asked = manager()
    asked.update_state("那这个的年费是多少", "price_inquiry", {"billing_period": "year"})

    state = asked.get_state()
    assert state["intent"] == "price_inquiry"
    assert state["slots"]["concurrency"] == {"value": 1000, "turn": 1, "words": "1000", "source": "inherited"}
    assert state["slots"]["billing_period"]["source"] == "said"


def test_a_supplement_keeps_the_intent_and_new_values_win() -> None:
    asked = manager()
    asked.update_state("改成2000并发", "supplement_demand", {"concurrency": 2000})

    state = asked.get_state()
    assert state["intent"] == "product_inquiry"
    assert state["slots"]["concurrency"] == {"value": 2000, "turn": 2, "words": "2000", "source": "said"}
    assert [need["intent"] for need in state["needs"]] == ["supplement_demand"]


def test_the_state_is_plain_data() -> None:
    asked = manager()
    asked.record(BotUttered("有的。", "有的。", "utter_yes"))
    asked.record(SlotSet("quoted", "c8", "looked_up"))
    asked.update_state("好", ["affirm"])

    state = asked.get_state()
    assert list(state)[:5] == ["intent", "entities", "history", "needs", "slots"]
    assert list(state)[5:] == ["need_list", "configurations", "configuration", "offered", "replaced"]
    assert json.loads(json.dumps(state, ensure_ascii=False)) == state
    assert state["history"] == [
        {"role": "user", "text": SERVER, "intents": ["product_inquiry"]},
        {"role": "bot", "text": "有的。", "response": "utter_yes"},
        {"role": "user", "text": "好", "intents": ["affirm"]},
    ]
    assert state["entities"] == []
    assert state["slots"]["quoted"]["source"] == "looked_up"


def test_several_needs_are_a_list_or_joined_by_a_plus() -> None:
    one, other = DialogueStateManager(), DialogueStateManager()
    one.update_state("要备份,还要接ERP", ["requirement", "integration"])
    other.update_state("要备份,还要接ERP", "requirement+integration")

    assert one.get_state() == other.get_state()
    assert one.get_state()["intent"] == "integration"


def test_nothing_understood_counts_as_a_miss() -> None:
    asked = manager()

    assert asked.update_state("呃呃", "").misses == 1
    assert asked.get_state()["intent"] == "product_inquiry"


def test_reset_forgets_everything() -> None:
    asked = manager()
    asked.reset_state()

    state = asked.get_state()
    assert state.pop("configuration") == "1"
    assert state.pop("intent") is None
    assert not any(state.values())


def test_entities_come_as_values_as_nlu_gives_them_or_as_rasa_writes_them() -> None:
    span = Entity("concurrency", 1000, "1000并发", 0, 6)
    rasas = {"entity": "concurrency", "value": 1000, "text": "1000并发", "start": 0, "end": 6}
    slots = []
    for entities in ([span], [rasas]):
        asked = DialogueStateManager()
        asked.update_state(SERVER, "product_inquiry", entities)
        slots.append(asked.get_state()["slots"])

    assert slots[0] == slots[1] == {"concurrency": {"value": 1000, "turn": 1, "words": "1000并发", "source": "said"}}


def test_a_domain_says_which_entities_fill_which_slots() -> None:
    domain = domain_of(
        "entities: [concurrency]\n"
        "slots: {users: {type: float, mappings: [{type: from_entity, entity: concurrency}]},"
        " region: {type: text, initial_value: sh}}"
    )
    asked = DialogueStateManager(domain)
    asked.update_state(SERVER, "product_inquiry", {"concurrency": 1000, "product_type": "cloud_server"})

    assert {name: slot["value"] for name, slot in asked.get_state()["slots"].items()} == {"users": 1000, "region": "sh"}
    assert asked.get_state()["slots"]["region"]["source"] == "default"


def test_a_correction_and_a_refusal_are_heard_without_a_domain() -> None:
    asked = manager()
    asked.update_state("要放上海,还要备份", "supplement_demand+requirement", {"region": "上海", "feature": "备份"})
    asked.update_state("不是,我说的是北京", "supplement_demand", {"region": "北京"})
    asked.update_state("备份就算了", "requirement", {"feature": "备份"})

    state = asked.get_state()
    assert {name: slot["value"] for name, slot in state["slots"].items()} == {
        "concurrency": 1000,
        "product_type": "cloud_server",
        "region": "北京",
    }
    assert state["replaced"] == {"region": "上海"}


def test_every_need_is_listed_with_what_became_of_it() -> None:
    asked = manager()
    asked.settle("answered")
    asked.update_state("要备份,一年多少钱", "requirement+price_inquiry", {"billing_period": "year"})
    asked.settle("refused", "requirement")

    told = [(need["turn"], need["intent"], need["status"]) for need in asked.get_state()["need_list"]]
    assert told == [(1, "product_inquiry", "answered"), (2, "requirement", "refused"), (2, "price_inquiry", "open")]
