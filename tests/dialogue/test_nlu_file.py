from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.nlu_file import AnnotationError, NluRead, parse_annotated, parse_compound, read_nlu
from dialogue.yaml_file import parse
from nlu.data import Example
from nlu.understanding import Entity

FILE = Path("bot/data/nlu.yml")


def nlu_of(text: str) -> NluRead:
    return read_nlu([parse(text, FILE)], Path("bot"))


def faults_of(text: str) -> list[str]:
    return [str(fault) for fault in nlu_of(text).faults]


@pytest.mark.parametrize(
    ("written", "plain", "expected"),
    [
        ("多少钱", "多少钱", []),
        ("要[八核](cpu_cores)的", "要八核的", [Entity("cpu_cores", "八核", "八核", 1, 3, "annotated")]),
        ("[ERP系统](external_system:erp)", "ERP系统", [Entity("external_system", "erp", "ERP系统", 0, 5, "annotated")]),
        (
            '从[上海]{"entity": "city", "role": "from", "group": "1"}到[杭州]{"entity": "city", "value": "hangzhou"}',
            "从上海到杭州",
            [
                Entity("city", "上海", "上海", 1, 3, "annotated", role="from", group="1"),
                Entity("city", "hangzhou", "杭州", 4, 6, "annotated"),
            ],
        ),
        (
            '[一千]{"entity": "concurrency", "value": 1000}并发',
            "一千并发",
            [Entity("concurrency", 1000, "一千", 0, 2, "annotated")],
        ),
        ("[微笑]你好(呵呵)", "[微笑]你好(呵呵)", []),
        ("[a](x)[b](y)", "ab", [Entity("x", "a", "a", 0, 1, "annotated"), Entity("y", "b", "b", 1, 2, "annotated")]),
    ],
)
def test_annotations_become_spans_of_the_plain_sentence(written: str, plain: str, expected: list[Entity]) -> None:
    text, entities = parse_annotated(written)

    assert text == plain
    assert list(entities) == expected
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ('[a]{"entity" "x"}', "not valid JSON"),
        ('[a]{"entity": "x"', "not valid JSON"),
        ('[a]{"value": "x"}', "lacks its name"),
        ("要[龙井](tea", "not closed; write [words](entity): '[龙井](tea'"),
        ("要[龙井(tea)", "not closed"),
        ("要（龙井）(tea)的", "full-width brackets; write [words](entity): '（龙井）(tea)'"),
        ("要【龙井】(tea:longjing)的", "full-width brackets"),
        ("要[龙井]（tea）的", "full-width brackets"),
        ("要[龙井](tea和[普洱](tea)", "not closed"),
        ('[a]{"entity": "x", "vlaue": 1}', "unknown key 'vlaue' in an entity; did you mean 'value'?"),
        ('[a]{"entity": "x", "value": [1]}', "must be text or a number"),
    ],
)
def test_a_broken_annotation_is_told(written: str, what: str) -> None:
    with pytest.raises(AnnotationError) as fault:
        parse_annotated(written)

    assert what in str(fault.value)


@pytest.mark.parametrize(
    ("written", "needs", "plain", "parts"),
    [
        ("行八核的多少钱", 2, "行八核的多少钱", []),
        ("行|八核的多少钱", 2, "行八核的多少钱", ["行", "八核的多少钱"]),
        ("要[八核](cpu_cores)的|得有[备份](feature)|多少钱", 3, "要八核的得有备份多少钱", ["要八核的", "得有备份", "多少钱"]),
        ("ok | how much|is it", 3, "ok how muchis it", ["ok ", "how much", "is it"]),
        ("贵了 |便宜点", 2, "贵了 便宜点", ["贵了 ", "便宜点"]),
    ],
)
def test_a_bar_tells_where_the_next_need_begins(written: str, needs: int, plain: str, parts: list[str]) -> None:
    text, entities, cuts = parse_compound(written, needs)

    assert text == plain
    assert [text[start:end] for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True) if cuts] == parts
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)


@pytest.mark.parametrize("written", ["行|", "行||多少钱", "行|多少钱|谢谢", "|行多少钱"])
def test_bars_that_are_not_one_between_each_two_needs_are_told_with_their_line(written: str) -> None:
    told = faults_of(f"nlu:\n- intent: affirm+price_inquiry\n  examples: |\n    - 好|多少钱\n    - {written}\n")

    assert told == [f"bot/data/nlu.yml:5: 2 needs want 1 '|' between them, with words on both sides: {written!r}"]


def test_a_bar_in_a_sentence_with_one_need_is_a_character_of_it() -> None:
    (example,) = nlu_of("nlu:\n- intent: chitchat\n  examples: |\n    - a|b\n").data.examples

    assert (example.text, example.cuts) == ("a|b", ())


def test_examples_carry_their_intents_and_the_line_they_stand_on() -> None:
    found = nlu_of(
        """\
nlu:
- intent: price_inquiry
  examples: |
    - 多少钱
    # a remark

    - 几钿
- intent: product_inquiry+integration
  examples: |
    - 我要云服务器,还要接ERP
- intent: faq/hours
  examples:
  - text: |
      你们几点上班
  - 周末上班吗
"""
    )

    assert found.faults == ()
    assert found.data.examples == (
        Example("多少钱", ("price_inquiry",), origin="data/nlu.yml:4"),
        Example("几钿", ("price_inquiry",), origin="data/nlu.yml:7"),
        Example("我要云服务器,还要接ERP", ("product_inquiry", "integration"), origin="data/nlu.yml:10"),
        Example("你们几点上班", ("faq/hours",), origin="data/nlu.yml:13"),
        Example("周末上班吗", ("faq/hours",), origin="data/nlu.yml:15"),
    )
    assert [place.line for place in found.places] == [4, 7, 10, 13, 15]


def test_synonyms_lookups_and_patterns() -> None:
    found = nlu_of(
        """\
nlu:
- synonym: erp
  examples: |
    - 金蝶
    - 用友
- lookup: region
  examples: |
    - 上海
    - 上海
    - 杭州
- regex: order_id
  examples: |
    - \\bD\\d{8}\\b
- intent: x
  examples: |
    - 要[ECS](product_type:cloud_server)[八核](cpu_cores:8)
"""
    )

    assert found.data.synonyms == {"金蝶": "erp", "用友": "erp", "ECS": "cloud_server"}
    assert found.data.lookups == {"region": ("上海", "杭州")}
    assert found.data.regexes == {"order_id": (r"\bD\d{8}\b",)}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nlu: greet", "1: nlu must be a list (- item), got 'greet'"),
        ("nlu:\n- intnt: greet\n  examples: x", "2: unknown key 'intnt' in an item of nlu; did you mean 'intent'?"),
        ("nlu:\n- examples: |\n    - a", "2: an item of nlu must have one of the keys intent, synonym, lookup, regex"),
        ("nlu:\n- intent: greet", "2: intent 'greet' lacks the key 'examples'"),
        (
            "nlu:\n- intent: greet\n  example: x\n",
            "3: unknown key 'example' in an item of nlu (intent); did you mean 'examples'?",
        ),
        (
            "nlu:\n- intent: greet\n  examples: |\n    - 您好\n    您早",
            "5: an example of intent 'greet' must begin with '- ', got '您早'",
        ),
        ("nlu:\n- intent: greet\n  examples: |\n    - 您好\n    -", "5: an example of intent 'greet' is empty"),
        ("nlu:\n- lookup: city\n  examples: |\n", "2: lookup 'city' has no examples"),
        (
            "nlu:\n- regex: zip\n  examples: |\n    - '[0-9'",
            "4: regex 'zip' is not a regular expression: unterminated character set at position 1",
        ),
        ('nlu:\n- intent: a\n  examples: |\n    - [x]{"entity": 1}', '4: an entity lacks its name: {"entity": 1}'),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    assert faults_of(text) == [f"bot/data/nlu.yml:{fault}"]


def test_one_fault_hides_no_other() -> None:
    text = "nlu:\n- intent: a\n- intent: b\n  examples: |\n    x\n    - y\n    z\n- what: c\n"

    assert [fault.split(":")[1] for fault in faults_of(text)] == ["2", "5", "7", "8"]
    assert [example.text for example in nlu_of(text).data.examples] == ["y"]
