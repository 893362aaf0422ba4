"""Sentences: what training says, evaluation never says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from synth_data.phonology import DIALECTS, pronounce
from synth_data.speakers import DEMO_CALLER, EVAL_VARIANTS, TRAIN_VARIANTS, draw_speaker
from synth_data.texts.draw import Source
from synth_data.texts.exclude import DEMO_SENTENCES, ExcludeError, fold, reserved_sentences
from synth_data.texts.grammar import GrammarError, Kinds, Sentence, load_grammar
from synth_data.texts.settings import TextSettings
from synth_data.texts.source import source_of
from synth_data.texts.splits import Split

BOT = Path(__file__).parents[3] / "examples/cloud_sales"
STORIES = BOT / "tests/test_stories.yml"
EVAL_KINDS = Kinds(words=0, digits=0)


@pytest.fixture(scope="module")
def source() -> Source:
    return source_of("cloud_sales", TextSettings((BOT,), 0.4, True), reserved_sentences([STORIES]))


def draw(source: Source, split: Split, count: int = 1200) -> list[Sentence]:
    kinds = Kinds() if split == "train" else EVAL_KINDS
    return [source.sample(np.random.default_rng(index), DIALECTS[index % len(DIALECTS)], split, kinds) for index in range(count)]


@pytest.fixture(scope="module")
def training(source: Source) -> list[Sentence]:
    return draw(source, "train")


@pytest.fixture(scope="module")
def evaluation(source: Source) -> list[Sentence]:
    return draw(source, "eval")


def test_training_and_evaluation_share_no_template(training: list[Sentence], evaluation: list[Sentence]) -> None:
    trained = {part for sentence in training for part in sentence.template.split("+")}
    assert trained.isdisjoint({part for sentence in evaluation for part in sentence.template.split("+")})


def test_training_and_evaluation_share_no_combination_of_slots(training: list[Sentence], evaluation: list[Sentence]) -> None:
    trained = {sentence.slots for sentence in training if sentence.slots}
    assert trained.isdisjoint({sentence.slots for sentence in evaluation})


def test_training_and_evaluation_share_no_sentence(training: list[Sentence], evaluation: list[Sentence]) -> None:
    assert {fold(sentence.text) for sentence in training}.isdisjoint(fold(sentence.text) for sentence in evaluation)


def test_no_voice_is_heard_in_two_of_training_evaluation_and_demo() -> None:
    assert set(TRAIN_VARIANTS).isdisjoint(EVAL_VARIANTS)
    assert DEMO_CALLER.variant not in {*TRAIN_VARIANTS, *EVAL_VARIANTS}
    drawn = {draw_speaker(np.random.default_rng(index), "eval").variant for index in range(200)}
    assert drawn == set(EVAL_VARIANTS)


def test_the_sentences_of_the_demo_and_of_the_test_stories_are_never_said(
    training: list[Sentence], evaluation: list[Sentence]
) -> None:
    reserved = reserved_sentences([STORIES])
    assert {fold(sentence) for sentence in DEMO_SENTENCES} < reserved
    assert reserved.isdisjoint(fold(sentence.text) for sentence in [*training, *evaluation])


def test_a_reserved_sentence_is_not_said_within_a_longer_one_either() -> None:
    said = draw(Source(load_grammar("cloud_sales")), "train", 300)
    longest = max((fold(sentence.text) for sentence in said), key=len)
    part = longest[1:-1]
    again = draw(Source(load_grammar("cloud_sales", frozenset({part}))), "train", 300)
    assert not any(part in fold(sentence.text) for sentence in again)


def test_the_same_seed_says_the_same(source: Source) -> None:
    assert draw(source, "train", 50) == draw(source, "train", 50)


def test_most_sentences_are_said_once_only(training: list[Sentence]) -> None:
    sentences = [fold(one.text) for one in training if one.template != "always_train"]
    assert len(set(sentences)) > 0.9 * len(sentences)


def test_speakers_of_a_dialect_use_its_words_and_those_of_mandarin_do_not(source: Source) -> None:
    own = {
        "cmn": "嘅|哋|侬|伐|啥子|咋个|俺",
        "yue": "[嘅哋冇唔咩咗系喇俾啲仲揾睇边]|几多|点样|呢个",
        "wuu": "[侬伐勿啥忒侪㑚搿]|阿拉|几钿|拨我|哪能",
        "cmn-sichuan": "啥子|咋个|好多|嘛|哈",
    }
    kinds = Kinds(single=1, compound=0, small=0, words=0, digits=0)
    share = {
        dialect: np.mean(
            [bool(re.search(signs, source.sample(np.random.default_rng(i), dialect, "train", kinds).text)) for i in range(150)]
        )
        for dialect, signs in own.items()
    }
    assert share["cmn"] < 0.03
    assert share["yue"] > 0.5
    assert share["wuu"] > 0.4
    assert share["cmn-sichuan"] > 0.25


def test_the_domain_has_300_templates_in_all_and_each_split_has_some_of_each_intent() -> None:
    grammar = load_grammar("cloud_sales")
    templates = [one for name in ("cmn", "yue", "cmn-sichuan", "cmn-wu") for one in grammar.templates[name]]
    assert len(templates) >= 300
    for split in ("train", "eval"):
        assert len({one.intent for one in templates if grammar.splits[one.text] == split}) == 12


def test_every_character_of_the_written_grammars_evaluation_is_taught() -> None:
    grammar = load_grammar("cloud_sales")
    words = [word for values in (*grammar.lists.values(), *grammar.slots.values()) for word in values]
    own = [one.text for ones in grammar.templates.values() for one in ones]
    taught = set("".join([*words, *(text for text in own if grammar.splits[text] == "train")]))
    asked = {sign for text in own for sign in re.sub(r"\{\w+\}", "", text) if sign > "\u3400"}
    assert asked - taught <= set("，")


def test_nearly_everything_can_be_read_aloud(training: list[Sentence]) -> None:
    unreadable = 0
    for index, sentence in enumerate(training):
        try:
            assert pronounce(sentence.text, DIALECTS[index % len(DIALECTS)])
        except ValueError:  # a corpus draws another sentence then
            unreadable += 1
    assert unreadable < 0.01 * len(training)


def test_numbers_written_either_way_are_the_same_sentence() -> None:
    assert fold("我要1000并发,16G的erp！") == fold("我要一千并发十六G的ERP")


def test_a_missing_exclude_file_and_an_unknown_grammar_are_told(tmp_path: Path) -> None:
    with pytest.raises(ExcludeError, match=r"stories\.yml"):
        reserved_sentences([tmp_path / "stories.yml"])
    with pytest.raises(GrammarError, match="cloud_sales"):
        load_grammar("no_such_domain")
