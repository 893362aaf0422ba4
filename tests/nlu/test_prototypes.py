"""An intent added with a few examples, without training anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.data import Example, TrainingData
from nlu.model_folder import TrainedModel, load
from nlu.parser import NluParser
from nlu.prototypes import known_rows, with_intents
from nlu.train import TrainingMetrics

FIVE = tuple(
    Example(text, ("opening_hours",)) for text in ("你们几点开门", "周末开不开门", "几点下班", "晚上几点关门", "你们营业到几点")
)


DELIVERY = tuple(
    Example(text, ("delivery",)) for text in ("快递几天能到", "东西什么时候发货", "包邮吗", "物流到哪里了", "能不能寄顺丰")
)


@pytest.fixture(scope="module")
def widened(trained: tuple[Path, TrainingMetrics], data: TrainingData) -> NluParser:
    return NluParser(_with(trained[0], data, FIVE))


def _with(folder: Path, data: TrainingData, added: tuple[Example, ...]) -> TrainedModel:
    model = load(folder)
    return with_intents(model, known_rows(model, data.examples), added)


@pytest.mark.parametrize("text", ["请问你们几点关门", "周末几点开门", "早上几点开门"])
def test_sentences_of_the_new_intent_are_understood(widened: NluParser, text: str) -> None:
    assert widened.parse(text).intents == ("opening_hours",)


def test_the_known_intents_are_read_as_before(widened: NluParser, parser: NluParser, data: TrainingData) -> None:
    texts = [example.text for example in data.examples]
    same = [widened.parse(text).intents == parser.parse(text).intents for text in texts]
    assert sum(same) / len(same) >= 0.98


def test_the_new_intent_is_one_of_several_needs(widened: NluParser) -> None:
    assert set(widened.parse("这个多少钱,你们几点开门").intents) == {"price_inquiry", "opening_hours"}


def test_examples_without_a_word_are_refused(trained: tuple[Path, TrainingMetrics], data: TrainingData) -> None:
    with pytest.raises(ValueError, match="add one with a word"):
        _with(trained[0], data, (Example("!!", ("opening_hours",)),))


@pytest.mark.parametrize("text", ["包裹怎么还没签收", "能换个收货地址吗"])
def test_words_that_no_example_has_count_by_what_they_are_about(
    trained: tuple[Path, TrainingMetrics], data: TrainingData, text: str
) -> None:
    parser = NluParser(_with(trained[0], data, DELIVERY))
    assert parser.parse(text).intents == ("delivery",)
