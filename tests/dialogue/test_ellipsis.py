"""Values said without a sentence around them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.ellipsis import supplemented
from dialogue.track import initial_state
from nlu.understanding import Entity, Need, Understanding
from tests.dialogue.said import domain_of

DOMAIN = domain_of("intents: [supplement_demand, price_inquiry]\nentities: [city]\n")
TALKING = replace(initial_state("c", DOMAIN), intent="price_inquiry")


def heard(text: str, *needs: Need) -> Understanding:
    start = text.index("上海")
    return Understanding(text, needs, (Entity("city", "shanghai", "上海", start, start + 2),), 0.3)


@pytest.mark.parametrize("text", ["上海", "有没有上海的", "那上海呢?", "换成上海吧"])
def test_a_bare_value_changes_what_is_spoken_of(text: str) -> None:
    understood = supplemented(TALKING, heard(text), DOMAIN)
    assert understood.intents == ("supplement_demand",)
    assert understood.needs[0].entities == heard(text).entities


def test_a_whole_sentence_stays_not_understood() -> None:
    weather = heard("上海今天下雨吗")
    assert supplemented(TALKING, weather, DOMAIN) is weather


def test_an_intent_that_was_understood_stays() -> None:
    asked = heard("上海呢", Need("price_inquiry", 0.9))
    assert supplemented(TALKING, asked, DOMAIN) is asked


def test_where_nothing_is_spoken_of_nothing_changes() -> None:
    first = heard("上海呢")
    assert supplemented(initial_state("c", DOMAIN), first, DOMAIN) is first
    assert supplemented(TALKING, first, domain_of("intents: [price_inquiry]\nentities: [city]\n")) is first
