from pathlib import Path

import pytest

from dialogue.domain import Domain, Intent
from dialogue.payload import parse_payload
from dialogue.yaml_file import Place

PLACE = Place(Path("domain.yml"), 1)
DOMAIN = Domain(intents={name: Intent(name, PLACE) for name in ("greet", "price_inquiry", "faq/price")})


def test_a_button_names_its_intent_outright() -> None:
    understood = parse_payload("/greet", DOMAIN)
    assert understood is not None
    assert [(need.intent, need.confidence) for need in understood.needs] == [("greet", 1.0)]


def test_a_payload_carries_entities_and_lists_give_one_each() -> None:
    understood = parse_payload('/price_inquiry{"region": ["beijing", "shanghai"], "concurrency": 1000}', DOMAIN)
    assert understood is not None
    assert [(entity.entity, entity.value) for entity in understood.entities] == [
        ("region", "beijing"),
        ("region", "shanghai"),
        ("concurrency", 1000),
    ]


def test_values_that_are_no_values_are_left_out() -> None:
    understood = parse_payload('/greet{"a": null, "b": 1e400, "c": NaN, "d": 2}', DOMAIN)
    assert understood is not None
    assert [(entity.entity, entity.value) for entity in understood.entities] == [("d", 2)]


def test_several_intents_give_several_needs_in_order() -> None:
    understood = parse_payload("/price_inquiry+greet", DOMAIN)
    assert understood is not None
    assert understood.intents == ("price_inquiry", "greet")


def test_a_retrieval_intent_keeps_its_key() -> None:
    understood = parse_payload("/faq/price", DOMAIN)
    assert understood is not None
    assert understood.intents == ("faq/price",)


@pytest.mark.parametrize(
    "text", ["你好", "/unknown", "/greet{not json}", '/greet{"a": "\\ud800"}', "/", "", "/greet 你好", "/ greet"]
)
def test_anything_else_is_ordinary_text(text: str) -> None:
    assert parse_payload(text, DOMAIN) is None


@pytest.mark.parametrize("intent", ["restart", "back", "faq/price"])
def test_what_rasa_knows_without_its_being_listed_may_be_named(intent: str) -> None:
    domain = Domain(intents={"faq": Intent("faq", PLACE)})
    understood = parse_payload(f"/{intent}", domain)
    assert understood is not None
    assert understood.intents == (intent,)
    assert parse_payload("/nowhere", domain) is None


def test_nlu_fallback_is_what_was_not_understood() -> None:
    understanding = parse_payload('/nlu_fallback{"city": "杭州"}', Domain())
    assert understanding is not None
    assert understanding.needs == ()
    assert [entity.value for entity in understanding.entities] == ["杭州"]
