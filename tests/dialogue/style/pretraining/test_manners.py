from __future__ import annotations

import random
from statistics import mean

from dialogue.style.pretraining.facts import Point, wording
from dialogue.style.pretraining.manners import Manner, draw_manner

PRICE = Point("多少钱", ("229元",), "标准型", "每月", "229元", ("{thing}每月{value}",), state="询价")
ABLE = Point("会不会丢东西", ("每天备份一次",), name="备份", text="每天备份一次")
UNABLE = Point("能定制吗", ("目前不做",), says=("{name}{text}",), name="定制", text="目前不做")


def _manner(name: str) -> Manner:
    return Manner(name, "", wording("manners")[name])


def test_every_manner_says_the_same_fact_unaltered_and_ends_its_sentence() -> None:
    rng = random.Random(1)
    names = [name for name in wording("manners") if name != "parts"]
    assert len(names) >= 5
    for name in names:
        for point in (PRICE, ABLE, UNABLE):
            for _ in range(60):
                said = _manner(name).say(point, rng)
                assert point.carried[0] in said
                assert said[-1] in "。？"
                assert not [mark for mark in "{}<>" if mark in said]
                assert not [twice for twice in ("，，", "。。", "，。", "：：") if twice in said]


def test_manners_differ_in_length_and_what_is_missing_gets_no_yes() -> None:
    rng = random.Random(2)
    length = {name: mean(len(_manner(name).say(PRICE, rng)) for _ in range(200)) for name in ("plain", "warm", "short")}
    assert length["warm"] > 1.5 * length["plain"]
    assert length["short"] < length["warm"]
    assert all("支持" not in _manner("short").say(UNABLE, rng) for _ in range(50))


def test_a_complaint_is_calmed_taken_on_and_told_what_comes_next() -> None:
    steps = wording("talk")["complaints"]
    said = _manner("warm").calm("半小时", random.Random(3))
    begin = [
        next(said.index(one) for one in sorted(steps[step], key=len, reverse=True) if one in said) for step in ("calm", "own")
    ]
    assert begin[0] < begin[1] < said.index("半小时")


def test_the_plain_manner_is_the_likeliest_and_the_only_one_that_is_mostly_untold() -> None:
    rng = random.Random(4)
    drawn = [draw_manner(rng) for _ in range(2000)]
    plain = [one for one in drawn if one.name == "plain"]
    others = {one.name: sum(other.name == one.name for other in drawn) for one in drawn if one.name != "plain"}
    assert len(plain) > 1.5 * max(others.values())
    assert 0.40 < len(plain) / len(drawn) < 0.48
    untold = [one for one in drawn if not one.told]
    assert sum(one.name == "plain" for one in untold) > 0.8 * len(untold)
