"""Training a student end to end on a few sentences: what it learns, what it cuts, what stays when words are misheard."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlu.confidence import NONE
from nlu.evaluate import evaluate_intents
from nlu.loading import load_parser
from nlu.student.distil import Distillation, ask, distil
from nlu.student.material import Material, Piece, misheard
from nlu.student.parser import StudentParser
from nlu.student.settling import settle
from nlu.student.train import StudentError, StudentMetrics, StudentTraining, train
from nlu.understanding import Guess, Need, Understanding

PRODUCTS = ("云服务器", "云主机", "数据库", "对象存储", "带宽", "域名")
PATTERNS = {
    "price": ("{}多少钱", "{}一年什么价", "{}的年费是多少", "请问{}怎么收费", "{}要花多少钱"),
    "trial": ("{}能试用吗", "{}可以先试用几天吗", "我想先试试{}", "有没有{}的试用版", "{}给试用不"),
    "purchase": ("我要买{}", "{}怎么下单", "帮我开通{}", "现在就订{}", "{}在哪里付款"),
}


def _write(path: Path, rows: list[tuple[str, list[str]]]) -> Path:
    lines = [json.dumps({"text": text, "intents": intents}, ensure_ascii=False) for text, intents in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _rows() -> list[tuple[str, list[str]]]:
    singles = [(form.format(name), [label]) for label, forms in PATTERNS.items() for form in forms for name in PRODUCTS]
    pairs = [(one, other) for one in singles[::7] for other in singles[::5] if one[1] != other[1]]
    joiners = ("，另外", "，还有", "，", "，然后")
    several = [(f"{a[0]}{joiners[at % 4]}{b[0]}", [*a[1], *b[1]]) for at, (a, b) in enumerate(pairs[:60])]
    return singles + several


def _config(data: Path, out: Path) -> StudentTraining:
    return StudentTraining(
        "intent",
        "student",
        (data,),
        out,
        networks=2,
        width=32,
        layers=1,
        epochs=2,
        made_compounds=60,
        joiners=("，", "另外", "还有", "，另外", "，还有", "，然后"),
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudentMetrics, Path]:
    folder = tmp_path_factory.mktemp("student")
    return train(_config(_write(folder / "train.jsonl", _rows()), folder / "model")), folder / "model"


def test_training_learns_and_measures_itself_beside_a_linear_baseline(trained: tuple[StudentMetrics, Path]) -> None:
    metrics, _ = trained
    assert metrics.accuracy > 0.9
    assert metrics.exact_match >= metrics.baseline


@pytest.mark.parametrize("given", [0.0, 0.06])
def test_the_weight_of_the_networks_is_the_given_one(trained: tuple[StudentMetrics, Path], given: float) -> None:
    pieces = tuple(Piece(text, intents[0], text) for text, intents in _rows() if len(intents) == 1)
    settled, _ = settle(StudentParser.load(trained[1]), Material(pieces), [], given)
    assert settled.deep == given


def test_a_sentence_without_marks_is_understood(trained: tuple[StudentMetrics, Path]) -> None:
    understood = load_parser(trained[1]).parse("请问云主机的年费是多少")
    assert understood.intents == ("price",)
    assert understood.ranking[0].intent == "price"


def test_two_needs_are_cut_and_the_word_between_belongs_to_neither(trained: tuple[StudentMetrics, Path]) -> None:
    text = "域名多少钱，另外我想先试试数据库"
    needs = load_parser(trained[1]).parse(text).needs
    assert [(need.intent, text[need.start : need.end]) for need in needs] == [
        ("price", "域名多少钱"),
        ("trial", "我想先试试数据库"),
    ]


@pytest.mark.parametrize("heard", ["云服务气怎么收费", "允服务器怎么手费", "云服务器怎么收废"])
def test_homophones_hardly_matter(trained: tuple[StudentMetrics, Path], heard: str) -> None:
    assert load_parser(trained[1]).parse(heard).intents == ("price",)


def test_copies_are_written_as_a_recogniser_slips() -> None:
    pieces = [Piece(text, intents[0], text) for text, intents in _rows() if len(intents) == 1]
    slipped = misheard(pieces, copies=2, rate=0.15, seed=0)
    assert len(slipped) > len(pieces)
    assert all(one.text != one.group for one in slipped)
    assert {one.label for one in slipped} == set(PATTERNS)


def test_four_bits_read_as_eight_do(trained: tuple[StudentMetrics, Path]) -> None:
    from nlu.data import Example

    examples = [Example(text, tuple(intents)) for text, intents in _rows()[::3]]
    eight, four = (evaluate_intents(examples, load_parser(trained[1] / name)) for name in ("model.onnx", "model.int4.onnx"))
    assert four.exact_match.value == pytest.approx(eight.exact_match.value, abs=0.02)
    assert sum(file.stat().st_size for file in trained[1].iterdir()) < 20e6


def test_other_readings_outvote_the_first(trained: tuple[StudentMetrics, Path]) -> None:
    parser = StudentParser.load(trained[1])
    readings = [("数据库能试用马", -0.3), ("数据库能试用吗", -0.3)]
    understood = parser.parse_heard("数据库多少钱马", [("数据库多少钱马", -0.9), *readings])
    assert understood.intents == ("trial",)
    assert understood.text in dict(readings)
    assert parser.parse_heard("数据库多少钱", []).intents == ("price",)


def test_nothing_is_understood_of_nothing(trained: tuple[StudentMetrics, Path]) -> None:
    assert load_parser(trained[1]).parse(" ").needs == ()


def test_one_intent_cannot_be_learnt(tmp_path: Path) -> None:
    data = _write(tmp_path / "one.jsonl", [("多少钱", ["price"]), ("什么价", ["price"])])
    with pytest.raises(StudentError, match="two intents or more"):
        train(_config(data, tmp_path / "model"))


def test_a_student_learns_from_its_teachers(trained: tuple[StudentMetrics, Path], tmp_path: Path) -> None:
    few = _write(tmp_path / "few.jsonl", [row for row in _rows() if len(row[1]) == 1][::4])
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(text for text, intents in _rows() if len(intents) == 1), encoding="utf-8")
    said: list[str] = []
    teachers = (trained[1], trained[1] / "model.int4.onnx")
    metrics = distil(Distillation(teachers, _config(few, tmp_path / "model"), (texts,), softness=0.5), said.append)
    assert metrics.examples > 60
    assert "the teacher is sure of" in said[0]
    assert load_parser(tmp_path / "model").parse("有没有云主机的试用版").intents == ("trial",)


class Scripted:
    """A teacher that says what the test tells it to."""

    def __init__(self, *intents: str, **ranking: float) -> None:
        self.needs = tuple(Need(intent, 0.9) for intent in intents)
        self.ranking = tuple(Guess(name, share) for name, share in ranking.items())

    def parse(self, text: str) -> Understanding:
        """The same whatever is asked."""
        return Understanding(text, self.needs, (), 0.9, self.ranking)


def test_the_shares_of_several_teachers_are_averaged_and_the_rest_is_out_of_scope() -> None:
    answer = ask("多少钱", [Scripted("price", price=0.8, trial=0.2), Scripted("price", price=0.6)])
    assert answer.intents == ("price",)
    assert answer.confidence == pytest.approx(0.7)
    assert dict(answer.shares) == pytest.approx({"price": 0.7, "trial": 0.1, NONE: 0.2})


def test_teachers_who_count_different_needs_teach_nothing() -> None:
    both = Scripted("price", "trial", price=0.5, trial=0.5)
    assert ask("多少钱能试用吗", [both, Scripted("price", price=1.0)]).intents == ()
    assert ask("多少钱能试用吗", [both, both]).intents == ("price", "trial")


@pytest.mark.parametrize(
    ("wrong", "told"), [({"teachers": ()}, "name the folder"), ({}, "nothing to say"), ({"softness": 2}, "2")]
)
def test_a_distillation_that_cannot_teach_is_refused(wrong: dict[str, Any], told: str) -> None:
    right = {"teachers": (Path("a"),), "student": _config(Path("b.jsonl"), Path("c"))}
    with pytest.raises(ValueError, match=told):
        Distillation(**{**right, **wrong})
