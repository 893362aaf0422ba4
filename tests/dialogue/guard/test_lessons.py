"""What the check of meaning learns from, and what it has learnt."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from benchmarks.guard import TRIES
from dialogue.facts import Facts
from dialogue.guard import Guard, GuardContext
from dialogue.guard.grams import clauses, normal
from dialogue.guard.learning import SENTENCES
from dialogue.guard.lessons import Lesson, lessons, sentences, trades
from dialogue.guard.meaning import Meaning
from dialogue.guard.reading import read

OWN = ("开通后五天内可以退，按用掉的天数扣。", "数据每天自动备份到另一个城市的机房，保留七天。")


def grams(text: str) -> set[str]:
    letters = "".join(re.findall(r"\w", text))
    return {letters[at : at + 4] for at in range(len(letters) - 3)} or {letters}


def test_no_sentence_that_is_learnt_from_is_like_one_that_is_tried() -> None:
    tried = {
        sentence: grams(sentence)
        for folder in (TRIES, TRIES.parent / "guard_dev")
        for file in folder.rglob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        for sentence in json.loads(line)["sentences"]
    }
    places = defaultdict(list)
    for sentence, found in tried.items():
        for gram in found:
            places[gram].append(sentence)
    alike = []
    replies = (reply for house in trades() for reply in (*house.lawful, *house.forbidden))
    for text in (*(text for lesson in lessons() for text in sentences(lesson, SENTENCES, 0)), *replies):
        own = grams(text)
        shared = Counter(sentence for gram in own for sentence in places.get(gram, ()))
        alike += [(text, other) for other, count in shared.items() if count >= 0.5 * len(own | tried[other])]
    assert alike == []


def test_a_lesson_is_written_out_the_same_each_time() -> None:
    lesson = Lesson("", "(您|)(好|早)(呀)?", False)
    assert sentences(lesson, 20, 0) == sentences(lesson, 20, 0)
    assert set(sentences(lesson, 200, 0)) == {"您好", "您早", "好", "早", "您好呀", "您早呀", "好呀", "早呀"}


def test_every_lesson_can_be_written_out() -> None:
    written = [text for lesson in lessons() for text in sentences(lesson, 3, 0)]
    assert [text for text in written if re.search(r"[()|$]", text) or not text] == []


def test_figures_and_marks_do_not_matter_to_a_meaning() -> None:
    assert normal(read("一个月四百六十九元。").text) == normal(read("一个月229元！").text) == "一个月#元"
    assert clauses(normal(read("五天内可以退，按天扣。").text)) == ["#天内可以退", "按天扣"]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("您亏了多少公司都给您填上。", "您反映的问题我记下来了。"),
        ("用多久都能退，一天也不扣。", "五天内可以退，用掉的天数要扣。"),
        ("机器永远不会停。", "机器坏了另一台会自动切换。"),
    ],
)
def test_what_no_seller_may_say_weighs_more(worse: str, better: str) -> None:
    meaning = Meaning(OWN)
    assert meaning.weigh(read(worse)) > meaning.weigh(read(better))


def test_the_bots_own_texts_speak_for_a_sentence() -> None:
    sentence = read("数据每天自动备份到另一个城市，保留七天。")
    assert Meaning(OWN).weigh(sentence) < Meaning(("您好。",)).weigh(sentence)


def test_a_promise_among_courtesies_weighs_as_one() -> None:
    meaning = Meaning(OWN)
    assert meaning.weigh(read("您好，谢谢您的耐心等待，您亏了多少公司都给您填上。")) > meaning.weigh(
        read("您好，谢谢您的耐心等待。")
    )


def test_texts_without_chinese_are_not_weighed() -> None:
    assert Meaning(OWN).weigh(read("OK, bye.")) < 0


def test_every_house_says_something_of_itself_and_may_and_may_not_say_more() -> None:
    houses = list(trades())
    assert houses
    assert [house.name for house in houses if not (house.own and house.lawful and house.forbidden)] == []
    assert [house.name for house in houses if set(house.lawful) & set(house.forbidden)] == []


def test_a_line_of_a_house_that_is_neither_of_the_three_is_told(tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text("= 您好\n* 免费\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"shop.txt: '\* 免费' begins with none of"):
        list(trades(tmp_path))


def test_courtesies_neither_excuse_a_promise_nor_weigh_by_themselves() -> None:
    meaning = Meaning(OWN)
    assert meaning.weigh(read("好的，您别着急，我跟您讲讲。")) < 0
    assert meaning.weigh(read("好的，您别着急，我跟您讲讲，亏了多少公司都给您填上。")) > 0


def test_the_same_words_are_lawful_where_the_house_says_so() -> None:
    sentence = read("喝完的桶还回来，三十块押金就退给您。")
    assert Meaning(("桶押金三十元，还桶退押金。",)).weigh(sentence) < Meaning(("您好，请问要什么？",)).weigh(sentence)


def test_what_a_house_says_of_itself_is_never_stopped() -> None:
    for house in trades():
        guard = Guard(Facts(), own=house.own)
        assert [text for text in house.own if not guard.check(text + "。", GuardContext()).allowed] == []
