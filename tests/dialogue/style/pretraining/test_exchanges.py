from __future__ import annotations

import random

from dialogue.style.pretraining.exchanges import draw
from dialogue.style.prompts import facts_of, prompt_of


def test_what_must_be_carried_stands_in_the_facts_and_in_the_answer() -> None:
    rng = random.Random(1)
    drawn = [draw(rng) for _ in range(400)]
    for exchange in drawn:
        facts = "；".join(facts_of(exchange.sample.prompt))
        assert all(piece in facts and piece in exchange.sample.answer for piece in exchange.carried)
        assert not [brace for turn in exchange.sample.turns for brace in "{}" if brace in turn.text]
    assert sum(bool(exchange.carried) for exchange in drawn) > 300


def test_values_are_drawn_anew_so_that_they_can_only_be_read_from_the_prompt() -> None:
    rng = random.Random(2)
    values = [exchange.carried for exchange in (draw(rng) for _ in range(300)) if exchange.carried]
    assert len(set(values)) > 0.6 * len(values)
    assert draw(random.Random(3)) == draw(random.Random(3))


def test_facts_are_read_back_from_a_prompt() -> None:
    prompt = prompt_of("你是小汇。", ["标准型每月229元", "标准型带宽5兆"], "询价")
    assert prompt == "你是小汇。\n资料：标准型每月229元；标准型带宽5兆\n状态：询价"
    assert facts_of(prompt) == ("标准型每月229元", "标准型带宽5兆")
    assert facts_of(prompt_of("你是小汇。")) == ()


def test_one_who_haggles_is_told_what_a_year_saves_wherever_that_is_known() -> None:
    rng = random.Random(4)
    haggling = [one for one in (draw(rng) for _ in range(4000)) if "别家" in one.sample.turns[-2].text]
    saving = [one for one in haggling if "包年省下" in one.sample.prompt]
    assert len(saving) > 5
    assert all("元" in one.sample.answer for one in saving)
