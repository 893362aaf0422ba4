"""Roles and groups by the words around an entity."""

from __future__ import annotations

import json

import pytest

from dialogue.nlu_file import parse_annotated
from nlu.data import Example, TrainingData
from nlu.entities.extractor import EntityExtractor, learn_tables
from nlu.entities.roles import learn_roles, plain_roles, roles_of
from nlu.pinyin import dictionary
from nlu.pipeline import Pipeline, Quantity

ORIGIN, DESTINATION = '{"entity": "city", "role": "origin"}', '{"entity": "city", "role": "destination"}'
MOVES = [
    f"从[北京]{ORIGIN}迁到[上海]{DESTINATION}",
    f"我要从[广州]{ORIGIN}搬去[深圳]{DESTINATION}",
    f"机房在[杭州]{ORIGIN},想搬到[成都]{DESTINATION}",
    f"迁到[武汉]{DESTINATION}要多久",
    f"搬到[北京]{DESTINATION}",
    f"现在在[上海]{ORIGIN}",
    f"由[成都]{ORIGIN}迁去[广州]{DESTINATION}",
    f"我们从[深圳]{ORIGIN}出来",
    f"把数据从[武汉]{ORIGIN}转到[杭州]{DESTINATION}去",
    "[北京](city)有机房吗",
    "[上海](city)多少钱",
    "你们在[广州](city)有分公司吗",
]
CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京", "西安")


def extractor(marked: list[str], pipeline: Pipeline, lookups: dict[str, tuple[str, ...]]) -> EntityExtractor:
    examples = tuple(Example(*parse_annotated(text)[:1], ("move",), parse_annotated(text)[1]) for text in marked)
    data = TrainingData(examples, {}, lookups)
    return EntityExtractor(pipeline, learn_tables(data, pipeline), dictionary())


MOVING = extractor(MOVES, Pipeline(), {"city": CITIES})


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("从南京迁到西安", [("南京", "origin"), ("西安", "destination")]),
        ("想搬到西安", [("西安", "destination")]),
        ("搬到南京,现在在西安", [("南京", "destination"), ("西安", "origin")]),
        ("西安有机房吗", [("西安", None)]),
    ],
)
def test_the_words_around_give_the_role(text: str, roles: list[tuple[str, str | None]]) -> None:
    assert [(one.text, one.role) for one in MOVING.extract(text)] == roles


def test_groups_hold_together_what_belongs_together() -> None:
    cores, memory = '{"entity": "cores", "group": "%d"}', '{"entity": "memory", "group": "%d"}'
    one, two = f"[四核]{cores % 1}[八G]{memory % 1}", f"[八核]{cores % 2}[十六G]{memory % 2}"
    marked = [f"一台{one}的一台{two}的", f"{one}两台还有{two}一台", f"要{one}和{two}", f"{one}多少钱", f"来一台{one}的"]
    pipeline = Pipeline(quantities={"cores": Quantity(("核",)), "memory": Quantity(("G",))})
    found = extractor(marked, pipeline, {}).extract("一台两核四G的一台十六核三十二G的")
    assert [(one.entity, one.value, one.group) for one in found] == [
        ("cores", 2, "1"),
        ("memory", 4, "1"),
        ("cores", 16, "2"),
        ("memory", 32, "2"),
    ]


def test_entities_without_roles_have_no_model() -> None:
    text, entities = parse_annotated("[北京](city)有机房吗")
    assert learn_roles([Example(text, ("ask",), entities)]) == {}


def test_models_survive_json() -> None:
    models = learn_roles([Example(parse_annotated(text)[0], (), parse_annotated(text)[1]) for text in MOVES])
    assert roles_of(json.loads(json.dumps(plain_roles(models)))) == models
