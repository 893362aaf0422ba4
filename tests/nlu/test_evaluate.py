"""Reports over a scripted parser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.data import Example
from nlu.evaluate import evaluate_entities, evaluate_intents
from nlu.understanding import Entity, Need, Understanding


@dataclass(frozen=True, slots=True)
class Scripted:
    """Understands what its script says."""

    script: dict[str, Understanding]

    def parse(self, text: str) -> Understanding:
        return self.script[text]


def needs(*intents: str) -> Understanding:
    return Understanding("", tuple(Need(intent, 0.9) for intent in intents))


PARSER = Scripted({"甲": needs("a"), "乙": needs("a", "b"), "丙": needs("b"), "丁": needs(), "戊": needs("a")})


def test_the_figures_of_intents_are_as_defined() -> None:
    examples = [Example("甲", ("a",)), Example("乙", ("a", "b")), Example("丙", ("a", "b")), Example("丁"), Example("戊")]
    figures = evaluate_intents(examples, PARSER).figures
    assert figures["n"] == 5
    assert figures["exact_match"] == 0.6  # 丙 lacks one, 戊 has one too many
    assert figures["accuracy"] == 1.0  # what was found in 甲, 乙 and 丙 is right
    assert figures["oos_recall"] == 0.5
    assert figures["oos_precision"] == 1.0
    assert set(figures) == {
        *("n", "exact_match", "accuracy", "f1_micro", "f1_macro"),
        *("oos_recall", "oos_precision", "p50_ms", "p95_ms", "intervals"),
    }


def test_without_rows_out_of_scope_their_figure_is_unknown() -> None:
    assert evaluate_intents([Example("甲", ("a",))], PARSER).figures["oos_recall"] is None


def test_what_was_heard_is_read_instead_of_what_was_typed() -> None:
    assert evaluate_intents([Example("typed", ("a",), asr="甲")], PARSER).figures["accuracy"] == 1.0


def test_the_report_names_the_errors() -> None:
    report = evaluate_intents([Example("丁", ("a",), origin="dev.jsonl:7"), Example("甲", ("a",))], PARSER)
    assert report.lines(1)[-1] == "dev.jsonl:7: 丁: is a, was read as nothing (0.00)"
    assert any(line.startswith("accuracy        0.5000 (95 %: ") for line in report.lines())


def test_entities_count_by_exact_span_and_type() -> None:
    gold = (Entity("cpu", 8, "八核", 0, 2), Entity("memory", 16, "十六G", 2, 5))
    found = (Entity("cpu", 8, "八核", 0, 2), Entity("memory", 16, "十六", 2, 4), Entity("storage", 16, "十六G", 2, 5))
    parser = Scripted({"八核十六G": Understanding("八核十六G", (), found)})
    report = evaluate_entities([Example("八核十六G", entities=gold)], parser)
    figures = report.figures
    assert (figures["n"], figures["precision"], figures["recall"], figures["f1"]) == (1, 0.3333, 0.5, 0.4)
    assert [row.line for row in report.errors] == [
        ": 八核十六G: is [八核](cpu) [十六G](memory), was read as [八核](cpu) [十六](memory) [十六G](storage)"
    ]


def test_what_was_typed_is_read_where_that_is_wanted() -> None:
    assert evaluate_intents([Example("甲", ("a",), asr="丁")], PARSER, typed=True).figures["accuracy"] == 1.0


@dataclass(frozen=True, slots=True)
class InBatches(Scripted):
    """Reads many at once."""

    def parse_many(self, texts: Sequence[str]) -> Sequence[Understanding]:
        return [self.script[text] for text in texts]


def test_a_parser_that_reads_many_at_once_is_asked_for_all() -> None:
    examples = [Example("甲", ("a",)), Example("丁", ("a",))] * 300
    report = evaluate_intents(examples, InBatches(PARSER.script))
    assert (report.n, report.accuracy.value) == (600, 0.5)
    assert [row.predicted for row in report.rows[:2]] == [("a",), ()]
