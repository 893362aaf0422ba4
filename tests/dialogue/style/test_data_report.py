from __future__ import annotations

from dialogue.style.data_report import report
from dialogue.style.samples import Sample, Turn


def sample(asked: str, answered: str, number: int, label: str = "") -> Sample:
    return Sample((Turn("user", asked), Turn("assistant", answered)), f"a.jsonl:{number}", label)


def test_everything_odd_is_told_with_its_place() -> None:
    samples = [
        sample("多少钱", "每月229元。", 1),
        sample("多少钱", "每月229元。", 2),
        sample("多少钱", "每月99元。", 3),
        sample("能试用吗", "可以试用。", 4),
        sample("能试用吗", "不能试用。", 5),
        sample("找谁", "请拨13800138000找王女士。", 6),
        sample("在吗", "", 7),
        sample("讲讲", "长" * 60, 8),
    ]
    told = report(samples, lambda one: len(one.answer), 50)
    assert told.duplicates == ("a.jsonl:2",)
    assert told.contradictory == ("a.jsonl:3", "a.jsonl:5")
    assert told.personal == ("a.jsonl:6",)
    assert told.empty == ("a.jsonl:7",)
    assert told.too_long == ("a.jsonl:8",)
    assert told.counts["samples"] == 8
    assert len(told.lines()) == 5


def test_two_ways_of_saying_the_same_do_not_contradict() -> None:
    told = report([sample("多少钱", "每月229元。", 1), sample("多少钱", "您好，229元一个月呢。", 2)], lambda _: 1, 50)
    assert told.contradictory == ()


def test_classes_of_very_different_size_are_told() -> None:
    samples = [sample(f"问{at}", "好", at, "price") for at in range(12)] + [sample("投诉", "抱歉", 99, "complaint")]
    assert report(samples, lambda _: 1, 50).unbalanced == ("price 12", "complaint 1")
