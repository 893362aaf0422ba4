from __future__ import annotations

import pytest

from dialogue.understanding_json import entity_of, parse_result, understanding_of
from nlu.understanding import Entity, Guess, Need, Understanding


def test_out_of_scope_is_the_intent_null() -> None:
    result = parse_result(Understanding("今天天气", confidence=0.2, ranking=(Guess("chitchat", 0.2),)))

    assert result["intent"] == {"name": None, "confidence": 0.2}
    assert result["intents"] == result["entities"] == []
    assert list(result)[:5] == ["text", "intent", "intents", "entities", "intent_ranking"]


@pytest.mark.parametrize(
    "understanding",
    [
        Understanding(""),
        Understanding("呃", confidence=0.1, ranking=(Guess("greet", 0.1),)),
        Understanding("几钿", (Need("price_inquiry", 0.8, (), 0, 2),), (), 0.8, (Guess("price_inquiry", 0.8),)),
        Understanding("允服务器", (), (Entity("p", "cloud", "允服务器", 0, 4, "linking", 0.86, "new", "1", distance=0.1),)),
        Understanding("8核和8核", (Need("a", 0.8, (), 0, 2), Need("a", 0.7, (), 3, 5)), (Entity("c", 8, "8核", 0, 2),), 0.7),
    ],
)
def test_an_understanding_survives_the_way_there_and_back(understanding: Understanding) -> None:
    assert understanding_of(parse_result(understanding)) == understanding


def test_an_entity_of_another_program_may_be_brief() -> None:
    assert entity_of({"entity": "cpu_cores", "value": 8}) == Entity("cpu_cores", 8, "8", 0, 1)
    with pytest.raises(KeyError):
        entity_of({"entity": "cpu_cores"})
