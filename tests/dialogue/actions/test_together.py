"""What several configurations cost together."""

from __future__ import annotations

import pytest

from dialogue.actions.together import asks_for_sum, lots_of, summed
from dialogue.events import ConfigurationOpened, SlotSet
from dialogue.facts import Table
from dialogue.track import initial_state, track
from tests.dialogue.said import domain_of, said

TABLE = Table(
    "prices",
    ("id", "name", "month"),
    ({"id": "a", "name": "甲", "month": 20}, {"id": "b", "name": "乙", "month": 35.5}, {"id": "c", "name": "丙", "month": None}),
)


@pytest.mark.parametrize(
    ("text", "asks"), [("两台一共多少钱", True), ("加起来一年多少", True), ("一年多少钱", False), ("", False)]
)
def test_a_sum_is_asked_for(text: str, asks: bool) -> None:
    state = track(initial_state("c", domain_of("intents: [price]\n")), said(text, "price"))
    assert asks_for_sum(state) is asks


def test_the_rows_of_all_configurations_are_added_up_in_order() -> None:
    state = initial_state("c", domain_of("intents: [price]\n"))
    for event in (
        SlotSet("quoted", "b", "looked_up"),
        ConfigurationOpened("2", ("quoted",)),
        SlotSet("quoted", "a", "looked_up"),
        ConfigurationOpened("3", ("quoted",)),
    ):
        state = track(state, event)
    lots = lots_of(state, TABLE, "quoted")

    assert summed(lots, ("month",)) == {"names": "乙和甲", "count": 2, "month": 55.5}


def test_each_row_counts_as_often_as_it_is_wanted() -> None:
    state = initial_state("c", domain_of("intents: [price]\n"))
    for event in (
        SlotSet("quoted", "b", "looked_up"),
        SlotSet("many", 3, "said", "三台"),
        ConfigurationOpened("2", ("quoted", "many")),
        SlotSet("quoted", "a", "looked_up"),
    ):
        state = track(state, event)
    assert summed(lots_of(state, TABLE, "quoted", "many"), ("month",)) == {"names": "三台乙和甲", "count": 2, "month": 126.5}
