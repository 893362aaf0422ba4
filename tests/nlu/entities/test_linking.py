"""Names of a catalogue that a recogniser heard wrong."""

from __future__ import annotations

import random

import pytest

from nlu.background import sentences
from nlu.confusion import garble
from nlu.entities.linking import Linker
from nlu.entities.lookups import LookupFinder, Wording
from nlu.pinyin import dictionary
from nlu.text import fold
from nlu.understanding import Entity

NAMES = {
    "云服务器": "cloud_server",
    "轻量服务器": "light_server",
    "云数据库": "cloud_database",
    "对象存储": "object_storage",
    "负载均衡": "load_balancer",
    "内容分发": "cdn",
    "异地备份": "backup",
    "自动扩容": "autoscale",
    "数据迁移": "migration",
    "入侵检测": "security",
    "微服务平台": "microservice",
    "短信告警": "monitoring",
    "电子面单": "waybill",
    "华南机房": "south",
    "erp": "erp",
    "mysql": "mysql",
    "扩容": "autoscale",
}
WORDINGS = tuple(Wording(fold(name), "product", value) for name, value in NAMES.items())
LOOKUPS, LINKER = LookupFinder(WORDINGS), Linker(WORDINGS, dictionary())


def linked(text: str) -> list[Entity]:
    folded = fold(text)
    return list(LINKER.find(folded, tuple(LOOKUPS.find(folded))))


@pytest.mark.parametrize(
    ("heard", "value", "words"),
    [
        ("允服务器多少钱", "cloud_server", "允服务器"),
        ("我要数据签移", "migration", "数据签移"),
        ("负债均衡怎么收费", "load_balancer", "负债均衡"),
        ("有没有青量服务器", "light_server", "青量服务器"),
        ("支持益地贝份吗", "backup", "益地贝份"),
        ("云数据裤一年多少", "cloud_database", "云数据裤"),
        ("华兰机房有吗", "south", "华兰机房"),
        ("对象储", "object_storage", "对象储"),
        ("能接owp吗", None, ""),
        ("能接erb吗", "erp", "erb"),
        ("要nysql", "mysql", "nysql"),
    ],
)
def test_a_name_heard_wrong_is_linked(heard: str, value: str | None, words: str) -> None:
    found = [(entity.value, entity.text, entity.source) for entity in linked(heard)]
    assert found == ([] if value is None else [(value, words, "linking")])


def test_the_distance_grows_with_what_was_heard_wrong() -> None:
    same, near, half = (linked(text)[0] for text in ("允服务器", "云胡务器", "云务器"))
    assert (same.distance, near.distance, half.distance) == (0.1, 0.35, 0.7)
    assert same.confidence > near.confidence > half.confidence > 0.5


@pytest.mark.parametrize("text", ["云服务器", "我要云服务器和负载均衡", "买服务器", "", "erp"])
def test_what_stands_there_as_it_is_needs_no_link(text: str) -> None:
    assert linked(text) == []


@pytest.mark.parametrize(
    "text", ["猪肉多少钱一斤", "你们几点上班", "我去开会了", "扩大一点", "宽容一点嘛", "服务真不错", "vip客户"]
)
def test_ordinary_words_are_not_linked(text: str) -> None:
    assert linked(text) == []


def test_of_two_names_the_closer_one_is_taken() -> None:
    wordings = (Wording("成都机房", "region", "chengdu"), Wording("承德机房", "region", "chengde"))
    found = list(Linker(wordings, dictionary()).find("成多机房"))
    assert [(entity.value, entity.start, entity.end) for entity in found] == [("chengdu", 0, 4)]


def test_most_garbled_names_are_linked_and_few_ordinary_sentences() -> None:
    rng = random.Random(4)
    heard = [(garble(name, 0.12, rng), value) for name, value in NAMES.items() for _ in range(20)]
    right = sum(any(one.value == value for one in (*LOOKUPS.find(fold(text)), *linked(text))) for text, value in heard)
    wrong = sum(bool(linked(text)) for text in sentences())
    assert right / len(heard) >= 0.88
    assert wrong / len(list(sentences())) <= 0.01
