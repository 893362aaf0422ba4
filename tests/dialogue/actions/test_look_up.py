"""Looking up a row: which one, in which words, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogue.actions.look_up import LookUp, row_values
from dialogue.actions.settings import ActionSettings
from dialogue.facts import Table
from tests.dialogue.actions.shop import FACTS, PRICES, SETTINGS, context, slots_of, state, text_of

LOOK_UP = LookUp(SETTINGS, PRICES, FACTS)


def quoted(said: dict[str, Any], before: dict[str, Any] | None = None) -> str | None:
    value = slots_of(LOOK_UP.run(context(state(said, before)))).get("quoted")
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("said", "row"),
    [
        ({"kind": "server", "users": 1000}, "large"),
        ({"kind": "server", "users": 300}, "middle"),
        ({"cores": 4}, "middle"),
        ({"cores": "4"}, "middle"),
        ({"kind": "storage", "storage": 501}, "barn"),
        ({"kind": "server", "region": "island"}, "island"),
        ({"kind": "server", "region": "south", "cores": 3}, "middle"),
    ],
)
def test_the_cheapest_row_that_reaches_every_size_is_taken(said: dict[str, Any], row: str) -> None:
    assert quoted(said) == row


def test_what_was_said_before_still_limits() -> None:
    assert quoted({}, {"kind": "server", "users": 1000}) == "large"


@pytest.mark.parametrize("said", [{"users": 5000}, {"kind": "boat"}, {"kind": "server", "region": "west"}])
def test_what_the_table_does_not_have_is_admitted(said: dict[str, Any]) -> None:
    events = LOOK_UP.run(context(state(said)))
    assert text_of(events) == "none"
    assert not slots_of(events)


def test_nothing_known_is_asked_for() -> None:
    assert text_of(LOOK_UP.run(context(state()))) == "which?"


def test_a_size_that_the_kind_does_not_have_does_not_count() -> None:
    """The users of a server say nothing about a storage."""
    assert quoted({"kind": "storage"}, {"users": 1000, "cores": 8}) == "box"


def test_a_smaller_size_than_quoted_is_a_change_of_mind_and_the_old_sizes_are_forgotten() -> None:
    events = LOOK_UP.run(context(state({"cores": 4}, {"kind": "server", "users": 1000, "quoted": "large"})))
    assert slots_of(events) == {"users": None, "compared": "large", "quoted": "middle"}


def test_a_larger_size_adds_to_what_was_asked_before() -> None:
    events = LOOK_UP.run(context(state({"users": 600}, {"kind": "server", "cores": 4, "quoted": "middle"})))
    assert slots_of(events) == {"compared": "middle", "quoted": "large"}


def test_another_kind_drops_old_sizes_that_it_cannot_reach() -> None:
    small = Table("prices", PRICES.columns, (*PRICES.rows, {**PRICES.rows[4], "id": "line", "kind": "line", "users": 10}))
    events = LookUp(SETTINGS, small, FACTS).run(context(state({"kind": "line"}, {"users": 1000})))
    assert slots_of(events) == {"users": None, "quoted": "line"}


def test_only_a_kind_gives_the_range_from_the_smallest_to_the_largest() -> None:
    events = LOOK_UP.run(context(state({"kind": "storage"})))
    assert text_of(events) == "2: box..barn"
    assert slots_of(events) == {"quoted": "box"}


def test_a_question_about_the_row_quoted_is_answered_with_that_row() -> None:
    events = LOOK_UP.run(context(state({}, {"kind": "storage", "quoted": "box"})))
    assert text_of(events) == "box 50/500 hello"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"kind": "server", "cores": 8, "budget": 450}, "large 400/4000 hello"),
        ({"kind": "server", "cores": 8, "budget": 300}, "large is above 300"),
        ({"kind": "server", "budget": 250}, "middle 200/2000 hello"),
        ({"kind": "server", "budget": 2500, "period": "year"}, "middle 200/2000 hello"),
    ],
)
def test_a_budget_limits_by_the_month_or_by_the_year(said: dict[str, Any], text: str) -> None:
    assert text_of(LOOK_UP.run(context(state(said)))) == text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"cores": 8, "period": "year", "count": 2}, "2 x = 8000"),
        ({"cores": 8, "period": "month", "count": 3}, "3 x = 1200"),
        ({"cores": 8, "period": "year", "count": 1}, "large 400/4000 hello"),
    ],
)
def test_several_periods_are_multiplied(said: dict[str, Any], text: str) -> None:
    assert text_of(LOOK_UP.run(context(state(said)))) == text


def test_a_count_of_before_does_not_multiply_a_period_named_now() -> None:
    assert text_of(LOOK_UP.run(context(state({"cores": 8, "period": "month"}, {"count": 2})))) == "large 400/4000 hello"


def test_of_a_compound_sentence_the_need_being_answered_goes_first() -> None:
    both = state((("kind", "server"), ("cores", 2), ("kind", "storage")))
    first = replace(both.needs[0], entities=both.needs[0].entities[:2])
    last = replace(both.needs[0], entities=both.needs[0].entities[2:])
    taken = replace(both, needs=(first, last), need=0)
    assert slots_of(LOOK_UP.run(context(taken)))["quoted"] == "small"


def test_every_thing_asked_about_in_one_need_is_answered() -> None:
    settings = ActionSettings(match={"id": "row"}, said_now=True, reply="utter_row", otherwise="utter_none", ask="utter_ask")
    action = LookUp(settings, PRICES, FACTS)
    assert text_of(action.run(context(state((("row", "box"), ("row", "small"), ("row", "boat")))))) == (
        "box 50/500 hello small 100/1000 hello none"
    )
    assert text_of(action.run(context(state({}, {"row": "box"})))) == "which?"


def test_a_column_may_choose_the_response() -> None:
    settings = ActionSettings(match=("kind",), reply="utter_row", replies={"region": {"island": "utter_others"}})
    rows = Table("prices", PRICES.columns, (PRICES.rows[3],))
    assert text_of(LookUp(settings, rows, FACTS).run(context(state({"kind": "server"})))) == "others"


def test_an_empty_cell_hides_a_slot_of_the_same_name() -> None:
    assert row_values(PRICES.rows[4], "first_")["first_cores"] == ""


def test_a_size_alone_is_taken_for_one_of_the_usual_kind() -> None:
    """The cheapest row with 500 GB would be a storage; a customer who names no kind speaks of a server."""
    usual = LookUp(replace(SETTINGS, assume={"kind": "server"}), PRICES, FACTS)
    assert slots_of(usual.run(context(state({"storage": 150}))))["quoted"] == "large"
    assert slots_of(usual.run(context(state({"storage": 150, "kind": "storage"}))))["quoted"] == "box"
    assert text_of(usual.run(context(state()))) == "which?"


def test_a_value_that_the_table_has_never_heard_of_is_refused_by_name_and_forgotten() -> None:
    strict = LookUp(replace(SETTINGS, unknown={"region": "utter_nowhere"}), PRICES, FACTS)
    events = strict.run(context(state({"kind": "server", "region": "west"})))
    assert text_of(events) == "not there"
    assert slots_of(events) == {"region": None}


def test_a_size_that_no_row_reaches_does_not_stand_in_the_way_of_one_said_later() -> None:
    events = LOOK_UP.run(context(state({"cores": 4}, {"kind": "server", "users": 1_000_000})))
    assert slots_of(events) == {"users": None, "quoted": "middle"}


def test_another_region_keeps_the_sizes() -> None:
    """Eight cores on the island do not exist: that is said, not silently made four."""
    assert text_of(LOOK_UP.run(context(state({"region": "island"}, {"kind": "server", "cores": 8})))) == "none"


NAMED = LookUp(replace(SETTINGS, mention={"region": "utter_there"}), PRICES, FACTS)


@pytest.mark.parametrize(
    ("said", "before", "text"),
    [
        ({"kind": "server", "region": "south", "cores": 4}, {}, "south: yes middle 200/2000 hello"),
        ({"region": "south"}, {"kind": "server", "cores": 4, "quoted": "middle"}, "south: yes middle 200/2000 hello"),
        ({}, {"kind": "server", "cores": 4, "region": "south"}, "middle 200/2000 hello"),
        ({"kind": "server", "region": "island", "cores": 8}, {}, "none"),
        ({"region": "south"}, {}, "south: yes which?"),
    ],
)
def test_a_city_named_now_is_answered_first_and_alone_chooses_nothing(
    said: dict[str, Any], before: dict[str, Any], text: str
) -> None:
    assert text_of(NAMED.run(context(state(said, before)))) == text


def test_a_budget_stays_one_for_the_month_when_the_year_is_asked_about_later() -> None:
    said = slots_of(LOOK_UP.run(context(state({"kind": "server", "budget": 250}))))
    assert said == {"quoted": "middle", "budget_period": "month"}
    later = state({"period": "year"}, {"kind": "server", "budget": 250, "budget_period": "month", "quoted": "middle"})
    assert text_of(LOOK_UP.run(context(later))) == "middle 200/2000 hello"


def test_the_first_row_spoken_of_may_have_words_of_its_own() -> None:
    change = LookUp(replace(SETTINGS, first="utter_others"), PRICES, FACTS)
    assert text_of(change.run(context(state({"cores": 8})))) == "others"
    assert text_of(change.run(context(state({"cores": 8}, {"quoted": "small"})))) == "large 400/4000 hello"
