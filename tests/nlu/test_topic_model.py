"""What a part is about, beside its words."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.features import Sentence, prepare
from nlu.lexicon import standard
from nlu.topic_model import Block, TopicModel, of_whole
from nlu.topics import Topics

TOPICS = Topics({"快递": "shop", "发货": "shop", "唱歌": "music"})


@pytest.fixture(scope="module")
def model() -> TopicModel:
    weights = np.array([[2.0, 0.0], [0.0, 4.0]], dtype=np.float32)
    topics = Block({"Tshop": 0, "Tmusic": 1}, np.ones(2, dtype=np.float32), weights)
    shape = Block({"qTrue": 0}, np.ones(1, dtype=np.float32), np.array([[1.0, 0.0]], dtype=np.float32))
    return TopicModel(TOPICS, (topics, shape))


def _sentence(text: str) -> Sentence:
    return prepare(text, standard())


def test_each_part_has_the_topics_of_its_own_words(model: TopicModel) -> None:
    found = model.parts(_sentence("快递到了唱歌"), (0, 4, 6))
    assert found.shape == (3, 3, 2)
    assert found[0, 1, 0] > 0 == found[0, 1, 1]
    assert found[1, 2, 1] > 0 == found[1, 2, 0]
    assert (found[0, 2] > 0).all()
    assert not found[np.tril_indices(3)].any()


def test_what_training_did_not_have_makes_the_margins_smaller(model: TopicModel) -> None:
    block = model.blocks[0]
    assert block.margins(["Tshop"])[0] == pytest.approx(2.0)
    assert block.margins(["Tshop", "Tunheard"])[0] == pytest.approx(2.0 / np.sqrt(5.0))


def test_the_whole_sentence_is_one_part(model: TopicModel) -> None:
    sentence = _sentence("快递什么时候发货")
    topics, shape = of_whole(sentence, TOPICS)
    expected = model.blocks[0].margins(topics) + model.blocks[1].margins(shape)
    assert model.parts(sentence, (0, len(sentence)))[0, 1] == pytest.approx(expected)
