"""A bot's own tagger works beside its rules and tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("jieba")

from nlu.data import Example, TrainingData
from nlu.data_files import read_examples
from nlu.parser import NluParser, load
from nlu.pipeline import Pipeline, Quantity
from nlu.tagger.bot import load_beside
from nlu.train import train

PIPELINE = Pipeline(quantities={"pieces": Quantity(("个", "台"))}, tagger=True)


@pytest.fixture(scope="module")
def parser(marked_file: Path, tmp_path_factory: pytest.TempPathFactory) -> NluParser:
    folder = tmp_path_factory.mktemp("bot")
    read = read_examples(marked_file)
    examples = tuple(replace(one, intents=("buy",) if one.entities else ("chat",)) for one in read)
    unmarked = (Example("我要一台打印机", ("buy",)), Example("有没有打印机", ("buy",)))
    data = TrainingData((*examples, *unmarked), {"耳机": "earphone"}, {"thing": ("打印机", "耳机")})
    train(data, PIPELINE, folder)
    return load(folder)


def test_words_of_no_table_are_found_by_the_words_around_them(parser: NluParser) -> None:
    found = [(one.entity, one.text, one.source) for one in parser.parse("推荐一款扫把").entities]
    assert found == [("thing", "扫把", "tagger")]


def test_tables_and_rules_come_before_what_was_learnt(parser: NluParser) -> None:
    found = [(one.entity, one.value, one.source) for one in parser.parse("我要3台耳机").entities]
    assert found == [("pieces", 3, "quantity"), ("thing", "earphone", "lookup")]


def test_a_model_without_a_tagger_has_none(tmp_path: Path) -> None:
    assert load_beside(tmp_path) is None
