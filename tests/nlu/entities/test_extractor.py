"""Entities in sentences as people say them."""

from __future__ import annotations

import pytest

from nlu.data import Example, TrainingData
from nlu.entities.extractor import EntityExtractor, learn_tables
from nlu.pinyin import dictionary
from nlu.pipeline import Pipeline
from nlu.understanding import Entity
from tests.nlu.conftest import LOOKUPS, PIPELINE, SYNONYMS

ANNOTATED = Example("搬数据上云", ("requirement",), (Entity("feature", "migration", "搬数据", 0, 3),))
DATA = TrainingData((ANNOTATED,), SYNONYMS, LOOKUPS, {"feature": (r"[一二三]级等保",)})
EXTRACTOR = EntityExtractor(PIPELINE, learn_tables(DATA, PIPELINE), dictionary())


def found(text: str) -> list[tuple[str, object]]:
    return [(entity.entity, entity.value) for entity in EXTRACTOR.extract(text)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("要一千并发的", [("concurrency", 1000)]),
        ("并发量大概要两千左右", [("concurrency", 2000)]),
        ("一千五百人同时在线", [("concurrency", 1500)]),
        ("8核16G", [("cpu_cores", 8), ("memory_gb", 16)]),
        ("四核八G", [("cpu_cores", 4), ("memory_gb", 8)]),
        ("16G内存500G硬盘5M带宽", [("memory_gb", 16), ("storage_gb", 500), ("bandwidth_mbps", 5)]),
        ("内存16G硬盘500G", [("memory_gb", 16), ("storage_gb", 500)]),
        ("硬盘给我2T,内存要32", [("storage_gb", 2048), ("memory_gb", 32)]),
        ("再加一个T的存储", [("storage_gb", 1024)]),
        ("十几个并发", [("concurrency", 10)]),
        ("便宜一点四核的", [("cpu_cores", 4)]),
        ("硬盘不用那么大一百G就行", [("storage_gb", 100)]),
        ("几百个并发", []),
        ("手机是4G网络", []),
        ("给我两个看一下,便宜一点", []),
    ],
)
def test_quantities_with_their_units(text: str, entities: list[tuple[str, object]]) -> None:
    assert found(text) == entities


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("预算两万", [20000]),
        ("一万五以内", [15000]),
        ("预算大概三五千块", [5000]),
        ("一万到两万以内", [20000]),
        ("不超过5000元", [5000]),
        ("预算内要两台", []),
        ("这个卖三千块", []),
    ],
)
def test_money_needs_a_cue(text: str, yuan: list[int]) -> None:
    assert [value for name, value in found(text) if name == "budget_yuan"] == yuan


@pytest.mark.parametrize(
    ("text", "unit", "count"),
    [
        ("先签两年", "year", 2),
        ("三个月", "month", 3),
        ("半年", "month", 6),
        ("一年半", "month", 18),
        ("一个季度", "month", 3),
        ("一年多少钱", "year", 1),
        ("一个号头几钿", "month", 1),
        ("年费是多少", "year", None),
        ("包月", "month", None),
        ("按年付", "year", None),
    ],
)
def test_lengths_of_contract(text: str, unit: str, count: int | None) -> None:
    expected: list[tuple[str, object]] = [("billing_period", unit)]
    assert found(text) == expected + ([] if count is None else [("period_count", count)])


@pytest.mark.parametrize("text", ["第二年", "用了两年", "两年前", "2026年", "两个", "一下"])
def test_what_is_no_length_of_contract(text: str) -> None:
    assert [item for item in found(text) if item[0] == "billing_period"] == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("电话13800138000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("幺三八零零幺三八零零零", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("零五七一八八八八六六六六", "057188886666"),
        ("座机88886666", "88886666"),
    ],
)
def test_phone_numbers_typed_and_spoken(text: str, digits: str) -> None:
    assert ("phone", digits) in found(text)


@pytest.mark.parametrize("text", ["12345", "88886666", "330102199001011234", "一千三百八十万"])
def test_other_figures_are_no_phone_numbers(text: str) -> None:
    assert [item for item in found(text) if item[0] == "phone"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我姓王", "王"),
        ("我叫李明,电话你记一下", "李明"),
        ("王女士", "王女士"),
        ("我姓陈叫陈建国", "陈建国"),
        ("叫我小刘", "小刘"),
        ("找张总", "张总"),
    ],
)
def test_how_people_name_themselves(text: str, name: str) -> None:
    assert ("contact_name", name) in found(text)


@pytest.mark.parametrize("text", ["马上给我办", "总价多少", "高性价比", "请问你姓什么"])
def test_what_only_looks_like_a_name(text: str) -> None:
    assert [item for item in found(text) if item[0] == "contact_name"] == []


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("我们是星河贸易有限公司", "星河贸易有限公司"),
        ("公司是远大物流公司", "远大物流公司"),
        ("我们公司叫云帆科技", "云帆科技"),
        ("我们是做餐饮的叫老街坊餐饮管理公司", "老街坊餐饮管理公司"),
        ("我係遠大物流公司嘅", "遠大物流公司"),
    ],
)
def test_names_of_firms_are_kept_as_written(text: str, company: str) -> None:
    assert ("company", company) in found(text)


@pytest.mark.parametrize(
    "text", ["你们公司在哪", "我们是一家小公司", "别的公司便宜", "想给公司买一台", "搭阿拉公司连起来", "跟大公司比"]
)
def test_firms_without_a_name(text: str) -> None:
    assert [item for item in found(text) if item[0] == "company"] == []


@pytest.mark.parametrize("text", ["明天下午三点", "12月3号", "下周一上午"])
def test_dates_are_kept_as_said(text: str) -> None:
    assert found(text) == [("date", text)]


def test_wordings_stand_for_catalogue_values() -> None:
    assert found("云主机要带异地备份,能搬数据") == [("product_type", "ecs"), ("feature", "backup"), ("feature", "migration")]


def test_the_longest_wording_wins() -> None:
    assert [entity.text for entity in EXTRACTOR.extract("云服务器")] == ["云服务器"]


def test_a_word_that_only_sounds_right_is_found_with_less_confidence() -> None:
    entity = EXTRACTOR.extract("益地备份")[0]
    assert (entity.entity, entity.value, entity.text, entity.confidence) == ("feature", "backup", "益地备份", 0.86)


def test_latin_wordings_match_whole_words_only() -> None:
    assert found("接ERP") == [("external_system", "erp")]
    assert found("interpret") == []


def test_regexes_find_what_they_describe() -> None:
    assert found("要过三级等保") == [("feature", "三级等保")]


def test_spans_are_those_of_the_original_text() -> None:
    text = "我哋要ＥＲＰ同埋1000併發"
    assert [(entity.entity, text[entity.start : entity.end]) for entity in EXTRACTOR.extract(text)] == [
        ("external_system", "ＥＲＰ"),
        ("concurrency", "1000併發"),
    ]


def test_without_options_only_the_data_speak() -> None:
    extractor = EntityExtractor(Pipeline(), learn_tables(DATA, Pipeline()), dictionary())
    assert [entity.entity for entity in extractor.extract("王女士要8核的云服务器,预算两万")] == ["product_type"]
