from __future__ import annotations

import random

import pytest

from dialogue.style.pretraining.facts import drawn, look_up, number, wording


def test_every_point_asks_for_something_that_stands_in_the_facts() -> None:
    rng = random.Random(4)
    for _ in range(500):
        looked = look_up(rng)
        facts = "；".join(looked.lines)
        assert looked.points
        for point in looked.points:
            assert point.question
            assert all(piece in facts for piece in point.carried)


def test_prices_configurations_choices_orders_and_what_a_house_can_do_are_asked_for() -> None:
    rng = random.Random(5)
    points = [point for _ in range(500) for point in look_up(rng).points]
    questions = {point.question for point in points}
    facts = wording("facts")
    assert questions & set(facts["choice"]["asked"])
    assert any(point.state == "待下单" and point.thing in point.carried for point in points)
    assert any("、" in point.value for point in points)
    assert any(point.text and point.name not in point.question for point in points), "capabilities are asked round about too"
    assert any(point.text in facts["missing"] and point.says for point in points), "what is missing is not answered with yes"


def test_numbers_of_every_length_are_as_likely() -> None:
    rng = random.Random(6)
    lengths = [len(str(number((1, 9999), rng))) for _ in range(4000)]
    assert all(800 < lengths.count(digits) < 1200 for digits in (1, 2, 3, 4))


def test_parts_are_drawn_within_parts_and_a_missing_one_is_an_error() -> None:
    assert drawn("<a>！", random.Random(1), {"a": ["<b>天"], "b": ["七"]}) == "七天！"
    with pytest.raises(KeyError):
        drawn("<nothing>", random.Random(1), {})
