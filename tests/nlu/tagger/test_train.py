"""A tagger learns from marked sentences and is exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

pytest.importorskip("torch")

from nlu.data_files import read_examples
from nlu.loading import load_parser
from nlu.pinyin import dictionary
from nlu.tagger import export, tagger
from nlu.tagger.fitted import Course, fit_networks
from nlu.tagger.learning import scores_of, weights_of
from nlu.tagger.rows import MarkingError, rows_from
from nlu.tagger.settings import EntityTraining
from nlu.tagger.train import TaggerMetrics, summary, train_tagger
from nlu.tagger.words import Words


def config(data: Path, out: Path) -> EntityTraining:
    return EntityTraining(
        "entities",
        (data,),
        out,
        (data,),
        epochs=15,
        batch_size=16,
        members=2,
        width=32,
        embedding=8,
        layers=1,
        folds=3,
        checked_folds=1,
    )


@pytest.fixture(scope="module")
def trained(marked_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TaggerMetrics, list[str]]:
    out, said = tmp_path_factory.mktemp("model"), []
    return out, train_tagger(config(marked_file, out), said.append), said


def test_what_was_marked_is_found_in_sentences_not_seen(trained: tuple[Path, TaggerMetrics, list[str]]) -> None:
    found = load_parser(trained[0]).parse("推荐黑色的雨伞").entities
    assert [(one.entity, one.text, one.start, one.source) for one in found] == [
        ("colour", "黑色", 2, "tagger"),
        ("thing", "雨伞", 5, "tagger"),
    ]
    assert all(0.3 < one.confidence <= 1 for one in found)


def test_a_sentence_without_entities_has_none(trained: tuple[Path, TaggerMetrics, list[str]]) -> None:
    parser = load_parser(trained[0])
    assert [parser.parse(text).entities for text in ("", "  ", "你好")] == [(), (), ()]


def test_the_crf_is_measured_beside_it(trained: tuple[Path, TaggerMetrics, list[str]]) -> None:
    _, metrics, said = trained
    assert metrics.folds_f1 > 0.9
    assert metrics.folds_crf_f1 is not None
    assert metrics.folds_crf_f1 > 0.9
    assert all(line in said for line in summary(metrics))


def test_the_folder_says_what_it_is(trained: tuple[Path, TaggerMetrics, list[str]]) -> None:
    card = yaml.safe_load((trained[0] / "model.yml").read_text(encoding="utf-8"))
    assert (card["runtime"], card["task"], card["labels"]) == ("tagger", "entities", ["colour", "thing"])
    assert card["metrics"]["check_f1"] > 0.9
    assert card["config"]["train_data"] == ["train.jsonl"]


def test_the_exported_network_scores_as_the_trained_one(marked_file: Path, tmp_path: Path) -> None:
    rows = rows_from(read_examples(marked_file))
    course = Course(replace(config(marked_file, tmp_path), epochs=2), Words(), dictionary(), ("colour", "thing"))
    fitted = fit_networks(rows, course, (0, 1), "test")
    export.write([weights_of(network) for network in fitted.networks], tmp_path)
    tagger.save(fitted.knowledge, {}, tmp_path)
    inputs = fitted.knowledge.rows("有没有白色的手机壳")
    torch_scores = np.mean([scores_of(network, inputs) for network in fitted.networks], axis=0)
    assert np.abs(tagger.load(tmp_path).scorer(inputs) - torch_scores).max() < 0.1  # 8 bits


@pytest.mark.parametrize(("start", "end", "fault"), [(1, 9, "leaves the sentence"), (0, 3, "overlaps another one")])
def test_marks_that_cannot_be_learnt_are_named(start: int, end: int, fault: str, tmp_path: Path) -> None:
    first = {"start": 2, "end": 4, "entity": "thing", "value": "手机"}
    second = {"start": start, "end": end, "entity": "thing", "value": "买手机"}
    data = tmp_path / "bad.jsonl"
    data.write_text(json.dumps({"text": "我买手机", "entities": [first, second]}, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"bad\.jsonl:1.*({fault}|ends|span)"):
        train_tagger(config(data, tmp_path / "out"))


def test_too_few_sentences_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "few.jsonl"
    data.write_text(
        '{"text": "手机", "entities": [{"start": 0, "end": 2, "entity": "thing", "value": "手机"}]}', encoding="utf-8"
    )
    with pytest.raises(MarkingError, match="add examples"):
        train_tagger(config(data, tmp_path / "out"))


def test_settings_out_of_range_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="checked_folds must be 3"):
        replace(config(tmp_path, tmp_path), checked_folds=4)
