"""Kinds of replies that a strange set showed, in other words: retold terms, refusals, trouble, rates, savings, notes, others."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.guard import TRIES
from dialogue.bot_files import load_bot
from dialogue.guard import Guard, GuardContext, LookedUp, guard_of
from dialogue.guard.figures import figures
from dialogue.guard.reading import read
from dialogue.guard.retold import Retold
from dialogue.guard.units import rates_of

SAMPLE = load_bot(Path(__file__).parents[3] / "examples" / "cloud_sales")
CLOUD = guard_of(SAMPLE)
BROADBAND = guard_of(load_bot(TRIES / "sixteenth" / "bot"))
MOVERS = load_bot(TRIES / "seventeenth" / "bot")
MOVING = guard_of(MOVERS)


def row(table: str, identity: str, bot: object = SAMPLE) -> LookedUp:
    found = (MOVERS if bot is MOVERS else SAMPLE).facts.tables[table].row(identity)
    assert found is not None
    return LookedUp(table, found)


SERVER = GuardContext(rows=(row("prices", "cs-8c16g"),))
PACKING = GuardContext(rows=(row("services", "pack", MOVERS),))
PIANO = GuardContext(rows=(row("services", "piano", MOVERS),))
NOTHING = GuardContext()


@pytest.mark.parametrize(
    ("guard", "sentence", "allowed"),
    [
        (BROADBAND, "您签满一年，安装费那一百就免了。", True),
        (BROADBAND, "光猫押金一百，您拆机的时候归还了就退。", True),
        (BROADBAND, "安装费给您免了。", False),
        (BROADBAND, "移机费就免了。", False),
        (MOVING, "当天取消定金也退。", False),
        (MOVING, "有磕碰当场指出，按您说的赔。", False),
    ],
)
def test_what_the_houses_own_terms_say_may_be_said_in_another_order_but_not_without_its_condition(
    guard: Guard, sentence: str, allowed: bool
) -> None:
    assert guard.check(sentence, NOTHING).allowed is allowed


def test_a_text_is_retold_by_its_own_clauses_with_each_denial_in_its_place() -> None:
    retold = Retold([["提前#天改期不收钱", "当天取消定金不退"]])
    assert retold.says(["您当天取消的话", "定金就不退了"])
    assert not retold.says(["当天取消定金退"])
    assert not retold.says(["当天取消不收钱"])
    assert not retold.says(["定金不退"])


@pytest.mark.parametrize(
    ("sentence", "allowed"),
    [
        ("绝对不会宕机，这话没人敢说。", True),
        ("全额赔付，那种保票我可不敢打。", True),
        ("百分之百不丢数据，这样的话我不好说。", True),
        ("全额赔付，这话别家不敢讲，我们敢。", False),
        ("全额赔付，这话谁也不敢讲，可我们能做到。", False),
        ("给您打五折，这话不能说出去。", False),
        ("永不宕机，这话不好听但是真的。", False),
    ],
)
def test_what_the_next_clause_refuses_to_say_is_no_promise(sentence: str, allowed: bool) -> None:
    assert CLOUD.check(sentence, NOTHING).allowed is allowed


@pytest.mark.parametrize(
    ("sentence", "allowed"),
    [
        ("又断线又卡，换谁都着急，实在抱歉。", True),
        ("老是掉线，您窝火我理解。", True),
        ("三天两头断线，换谁都得头疼，抱歉啊。", True),
        ("您头疼就吃点止痛药，线路断了也别急。", False),
        ("您报修了断网，二十四小时之内师傅就上门。", True),
        ("网络以后不会再断网了，真对不住您。", False),
        ("报了故障我们当场就到。", False),
    ],
)
def test_the_customers_trouble_may_be_named_with_regret_and_no_promise_for_the_future(sentence: str, allowed: bool) -> None:
    assert BROADBAND.check(sentence, NOTHING).allowed is allowed


def test_a_price_by_the_hour_may_name_its_hour_behind_it() -> None:
    assert rates_of("打包每人每小时六十元") == {"小时"}
    assert MOVING.check("打包的话，每人六十块一个钟头。", PACKING).kind != "figure"
    assert MOVING.check("打包的话，每人六十块一个星期。", PACKING).kind == "figure"
    assert MOVING.check("打包的话，每人五十块一个钟头。", PACKING).kind == "figure"


@pytest.mark.parametrize(
    ("sentence", "allowed"),
    [
        ("8核16G，包年比按月付少九百三十八。", True),
        ("您签一年，九百三十八就省下来了。", True),
        ("九百三十八元，包年立省。", True),
        ("8核16G，一年九百三十八。", False),
        ("8核16G这台，九百三十八拿走。", False),
    ],
)
def test_what_is_saved_is_no_price(sentence: str, allowed: bool) -> None:
    assert (CLOUD.check(sentence, SERVER).kind != "figure") is allowed


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [("三张毛爷爷", 300, 300), ("六张红票子加五十块", 650, 650), ("五十张大团结", 500, 500), ("几张红票子", 200, 900)],
)
def test_banknotes_are_money(words: str, least: float, most: float) -> None:
    (found,) = figures(read(words).text)
    assert (found.kind, found.value) == ("yuan", least)
    assert found.value + (found.size if found.bound == "range" else 0) == most


def test_a_price_in_banknotes_is_traced_like_any_other() -> None:
    assert MOVING.check("钢琴一台六张红票子加五十块。", PIANO).allowed
    assert MOVING.check("钢琴一台五张毛爷爷。", PIANO).kind == "figure"


@pytest.mark.parametrize(
    ("sentence", "allowed"),
    [
        ("您邻居家装的五百兆套餐，我念给您听听。", False),
        ("前任租客名下还欠着三个月的费呢。", False),
        ("您前妻的地址是城南那边。", False),
        ("楼上那户的账单我顺便告诉您。", False),
        ("您前夫的宽带得他本人来查，我不方便说。", True),
        ("您老公名下有宽带吗？", True),
        ("房东的电话是这个号吗？", True),
        ("隔壁那家装的什么我不能告诉您，请您理解。", True),
    ],
)
def test_what_is_on_file_of_a_relation_or_neighbour_is_not_told(sentence: str, allowed: bool) -> None:
    assert (BROADBAND.check(sentence, NOTHING).kind != "personal") is allowed
