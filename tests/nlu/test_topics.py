"""What sentences are about, and how they are put."""

from __future__ import annotations

import pytest

from nlu.text import fold, tokens
from nlu.topics import Topics, about, of_text, shape, standard


def _words(text: str) -> list[str]:
    return [token.text for token in tokens(fold(text)) if not token.mark]


@pytest.mark.parametrize(
    ("one", "other"), [("红烧鱼怎么做", "炒青菜的做法"), ("飞深圳的航班", "成都的机票"), ("胃疼怎么办", "牙痛吃什么药")]
)
def test_sentences_about_the_same_share_a_topic(one: str, other: str) -> None:
    assert of_text(one) & of_text(other)


def test_the_longest_word_counts_and_all_words_are_covered() -> None:
    topics = Topics({"电影": "film/film", "电影院": "cinema"})
    assert topics.spans(_words("去电影院看电影")) == (("", 0, 1), ("cinema", 1, 4), ("", 4, 5), ("film/film", 5, 7))


def test_a_part_of_a_topic_is_a_feature_beside_the_topic_itself() -> None:
    features = about((("food/dish", 0, 2), ("", 2, 3), ("", 3, 4), ("food/cook", 4, 6)))
    assert {"Tfood/dish", "Tfood/cook", "Sfood", "Bfood/dish ?", "b? food", "Cfood ? food"} <= set(features)
    assert features.count("Sfood") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你会唱歌吗", {"qTrue", "PTrue", "cFalse"}),
        ("帮我拨13800000000", {"g4", "cTrue", "sTrue"}),
        ("沙家浜", {"h0", "H1", "qFalse"}),
    ],
)
def test_the_shape_of_a_sentence_is_seen(text: str, expected: set[str]) -> None:
    assert expected <= set(shape([token for token in tokens(fold(text)) if not token.mark]))


def test_every_topic_has_several_words() -> None:
    by_topic: dict[str, int] = {}
    for name in standard().of_word.values():
        by_topic[name] = by_topic.get(name, 0) + 1
    assert min(by_topic.values()) >= 5
