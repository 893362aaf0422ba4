"""Answers as Understanding, and what happens without a usable one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nlu.confidence import Calibration
from nlu.entities.lookups import Wording
from nlu.generative.codes import Codebook, Kind
from nlu.generative.folder import Knowledge, load, save
from nlu.generative.likelihood import Weighed
from nlu.generative.parser import Generated, GenerativeParser, Outcome, Unanswered
from nlu.model_folder import ModelError
from nlu.understanding import Need, Understanding

KNOWLEDGE = Knowledge(
    Codebook(("", "inquiry", "price"), (Kind("cores"), Kind("product_type"), Kind("region", "origin"))),
    (Wording("云服务器", "product_type", "cloud_server"),),
    {"product_type": ("cloud_server", "cdn"), "cores": (2, 8)},
    Calibration(1.0),
    0.5,
)


@dataclass
class Scripted:
    """Answers from a list; remembers what it was asked."""

    told: Sequence[Generated | Unanswered]
    asked: list[str] = field(default_factory=list)

    def answers(self, texts: Sequence[str]) -> Sequence[Generated | Unanswered]:
        self.asked += texts
        return self.told[: len(texts)]


@dataclass
class Classifiers:
    """Understands everything as a complaint; knows of dialects."""

    dialects: list[str] = field(default_factory=list)

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (Need("complaint", 0.9),), confidence=0.9)

    def parse_in(self, text: str, dialect: str) -> Understanding:
        self.dialects.append(dialect)
        return self.parse(text)


def answer(text: str, *shares: dict[str, float]) -> Generated:
    """With the odds of the letters of its intents, need by need."""
    mark = '"i":"'
    first, *rest = text.split(mark)
    tokens = [Weighed(first + mark)]
    for at, piece in enumerate(rest):
        tokens.append(Weighed(piece[0], tuple((code, math.log(share)) for code, share in shares[at].items())))
        tokens.append(Weighed(piece[1:] + (mark if at < len(rest) - 1 else "")))
    return Generated(text, tuple(tokens))


ONE = '{"n":[{"t":"多少钱","i":"C","e":[]}]}'


def parser(*told: Generated | Unanswered, otherwise: Classifiers | None = None) -> GenerativeParser:
    return GenerativeParser(KNOWLEDGE, Scripted(told), otherwise)


def test_needs_have_spans_and_confidences_and_the_ranking_has_every_intent() -> None:
    text = '{"n":[{"t":"有什么云服务器","i":"B","e":[]},{"t":"多少钱","i":"C","e":[]}]}'
    found = parser(answer(text, {"A": 0.1, "B": 0.8, "C": 0.1}, {"B": 0.1, "C": 0.9})).parse("有什么云服务器，多少钱")
    assert [(need.intent, need.start, need.end) for need in found.needs] == [("inquiry", 0, 7), ("price", 8, 11)]
    assert found.confidence == pytest.approx(0.8, abs=1e-3)
    assert [guess.intent for guess in found.ranking] == ["inquiry", "price"]


def test_a_need_below_the_threshold_is_none_but_stays_in_the_ranking() -> None:
    found = parser(answer(ONE, {"A": 0.3, "B": 0.25, "C": 0.45})).parse("多少钱")
    assert found.needs == ()
    assert found.ranking[0].intent == "price"
    assert found.confidence == pytest.approx(0.45, abs=1e-3)


def test_what_is_out_of_scope_gives_no_need() -> None:
    found = parser(answer('{"n":[{"t":"今天下雨","i":"A","e":[]}]}', {"A": 0.9, "C": 0.1})).parse("今天下雨")
    assert found.needs == ()
    assert found.confidence == pytest.approx(0.1, abs=1e-3)


def test_a_server_that_tells_no_odds_is_believed() -> None:
    assert parser(Generated(ONE)).parse("多少钱").needs == (Need("price", 1.0, (), 0, 3),)


def test_entities_have_the_words_as_they_were_typed_and_the_tables_value() -> None:
    text = '{"n":[{"t":"云服务器8核","i":"B","e":[{"t":"云服务器","k":"B","v":"cdn"},{"t":"8核","k":"A","v":"8"}]}]}'
    found = parser(answer(text, {"B": 1.0})).parse("雲服務器８核")
    assert [(one.entity, one.value, one.text) for one in found.entities] == [
        ("product_type", "cloud_server", "雲服務器"),
        ("cores", 8, "８核"),
    ]
    assert found.needs[0].entities == found.entities
    assert found.entities[0].source == "generative"


def test_a_value_that_nobody_knows_gives_way_to_the_words() -> None:
    text = '{"n":[{"t":"云上那种","i":"B","e":[{"t":"云上那种","k":"B","v":"%s"}]}]}'
    assert parser(answer(text % "cdn", {"B": 1.0})).parse("云上那种").entities[0].value == "cdn"
    assert parser(answer(text % "rocket", {"B": 1.0})).parse("云上那种").entities[0].value == "云上那种"


def test_a_number_not_seen_in_training_is_taken_as_written() -> None:
    text = '{"n":[{"t":"十二核","i":"B","e":[{"t":"十二核","k":"A","v":"12"}]}]}'
    assert parser(answer(text, {"B": 1.0})).parse("十二核").entities[0].value == 12


def test_roles_are_given() -> None:
    text = '{"n":[{"t":"从北京搬","i":"B","e":[{"t":"北京","k":"C"}]}]}'
    assert parser(answer(text, {"B": 1.0})).parse("从北京搬").entities[0].role == "origin"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        (Unanswered("late"), "unanswered"),
        (Generated('{"n":[{"t":"多少'), "refused"),
        (Generated('{"n":[{"t":"太贵了","i":"C","e":[]}]}'), "refused"),
    ],
)
def test_without_a_usable_answer_the_classifiers_answer_and_it_is_noted(told: Generated | Unanswered, outcome: str) -> None:
    noted: list[Outcome] = []
    found = GenerativeParser(KNOWLEDGE, Scripted([told]), Classifiers(), lambda what, _why: noted.append(what)).parse("多少钱")
    assert found.intents == ("complaint",)
    assert noted == [outcome]


def test_the_classifiers_are_told_of_the_dialect() -> None:
    classifiers = Classifiers()
    parser(Unanswered("late"), otherwise=classifiers).parse_in("几多钱", "yue")
    assert classifiers.dialects == ["yue"]


def test_nobody_is_asked_where_nothing_was_said() -> None:
    scripted = Scripted([Generated(ONE)])
    found = GenerativeParser(KNOWLEDGE, scripted).parse_many(["", " ，。", "多少钱"])
    assert [one.intents for one in found] == [(), (), ("price",)]
    assert scripted.asked == ["多少钱"]


def test_a_long_speech_is_cut() -> None:
    scripted = Scripted([Unanswered("late")])
    GenerativeParser(KNOWLEDGE, scripted).parse("好" * 5000)
    assert len(scripted.asked[0]) == 400


def test_knowledge_is_saved_and_loaded(tmp_path: Path) -> None:
    save(KNOWLEDGE, tmp_path)
    assert load(tmp_path) == KNOWLEDGE


@pytest.mark.parametrize("content", [None, "{", '{"format": 0}', '{"format": 1}'])
def test_a_folder_without_readable_knowledge_is_refused_with_its_name(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "generative.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=str(tmp_path)):
        load(tmp_path)
