"""A bot's own tagger works beside its rules and tables."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("jieba")

from nlu.data import Example, TrainingData
from nlu.data_files import read_examples
from nlu.entities.extractor import EntityExtractor, learn_tables
from nlu.pinyin import dictionary
from nlu.pipeline import Pipeline, Quantity
from nlu.tagger.bot import load_beside, train_beside

PIPELINE = Pipeline(quantities={"pieces": Quantity(("个", "台"))})


@pytest.fixture(scope="module")
def extractor(marked_file: Path, tmp_path_factory: pytest.TempPathFactory) -> EntityExtractor:
    folder = tmp_path_factory.mktemp("bot")
    unmarked = (Example("我要一台打印机", ("buy",)), Example("有没有打印机", ("buy",)))
    data = TrainingData((*read_examples(marked_file), *unmarked), {"耳机": "earphone"}, {"thing": ("打印机", "耳机")})
    plain = EntityExtractor(PIPELINE, learn_tables(data, PIPELINE), dictionary())
    train_beside(data.examples, plain, folder)
    return EntityExtractor(PIPELINE, plain.tables, dictionary(), load_beside(folder))


def test_words_of_no_table_are_found_by_the_words_around_them(extractor: EntityExtractor) -> None:
    found = [(one.entity, one.text, one.source) for one in extractor.extract("推荐一款扫把")]
    assert found == [("thing", "扫把", "tagger")]


def test_tables_and_rules_come_before_what_was_learnt(extractor: EntityExtractor) -> None:
    found = [(one.entity, one.value, one.source) for one in extractor.extract("我要3台耳机")]
    assert found == [("pieces", 3, "quantity"), ("thing", "earphone", "lookup")]


def test_a_model_without_a_tagger_has_none(tmp_path: Path) -> None:
    assert load_beside(tmp_path) is None
