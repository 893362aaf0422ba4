"""How many are wanted, what that comes to, and sizes that no row has."""

from __future__ import annotations

import pytest

from dialogue.actions.amounts import amounts, not_exact, several, wanted_of
from dialogue.actions.criteria import Criterion
from dialogue.actions.settings import Amount
from dialogue.events import SlotSet
from dialogue.state import DialogueState, SlotValue
from dialogue.track import initial_state, track
from tests.dialogue.said import domain_of, entity, said

AMOUNT = Amount("quantity", ("price_month_yuan", "price_year_yuan"), "utter_amount", "utter_amount_total")
ROW = {"id": "a", "name": "甲", "cpu_cores": 8, "price_month_yuan": 469, "price_year_yuan": 4690}
DOMAIN = domain_of("intents: [product_inquiry]\n")


def wanting(number: object, words: str = "三台") -> DialogueState:
    return track(initial_state("c", DOMAIN), SlotSet("quantity", number, "said", words))


@pytest.mark.parametrize(("value", "many"), [(3, 3), ("3", 3), (None, 1), (0, 1), (2.5, 1), ("几", 1)])
def test_only_whole_numbers_count(value: object, many: int) -> None:
    assert wanted_of(SlotValue(value)) == many
    assert several(None, wanting(3)) == 1


def test_prices_are_told_times_as_many_in_the_customers_words() -> None:
    response, values = amounts(AMOUNT, ROW, wanting(3), None)
    assert (response, values["said"], values["many"]) == ("utter_amount", "三台", 3)
    assert (values["price_month_yuan"], values["price_year_yuan"]) == (1407, 14070)


def test_a_contract_of_several_periods_is_told_as_a_whole() -> None:
    response, values = amounts(AMOUNT, ROW, wanting(3), {"count": 2, "total_yuan": 9380})
    assert (response, values["count"], values["total_yuan"]) == ("utter_amount_total", 2, 28140)


@pytest.mark.parametrize(
    ("text", "words", "wanted", "told"),
    [
        ("要7核的云服务器", "7核的", 7, ("7核",)),
        ("要8核的云服务器", "8核的", 8, ()),
        ("至少要7核的", "7核的", 7, ()),
        ("7核左右就行", "7核", 7, ()),
    ],
)
def test_a_size_that_the_row_goes_beyond_is_named(text: str, words: str, wanted: int, told: tuple[str, ...]) -> None:
    heard = said(text, "product_inquiry", entities=(entity("cpu_cores", wanted, words, text),))
    state = track(initial_state("c", DOMAIN), heard)
    wish = Criterion("cpu_cores", "cpu_cores", wanted, True, state.turn)
    assert not_exact(("cpu_cores",), (wish,), ROW, state) == told
    assert not_exact((), (wish,), ROW, state) == ()
