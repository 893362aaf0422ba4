"""Reports as they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.evaluate import EntityRow, IntentRow, entity_report, intent_report
from nlu.report import Beside, ReportError, write_entities, write_intents
from nlu.report.confusion import NOTHING, confusion_of_entities, confusion_of_intents
from nlu.report.pictures import chinese_fonts, draw_confusion, histogram, romanised

ROWS = (
    IntentRow("多少钱", "f:1", ("price",), ("price",), 0.95),
    IntentRow("便宜点 <b>", "f:2", ("discount",), ("price",), 0.55),
    IntentRow("要备份还要打折", "f:3", ("discount", "requirement"), ("requirement",), 0.7),
    IntentRow("今天天气", "f:4", (), ("requirement",), 0.31),
    IntentRow("嗯", "f:5", (), (), 0.1),
)


def test_what_is_confused_with_what() -> None:
    confusion = confusion_of_intents(ROWS)
    assert confusion.labels == ("discount", "price", "requirement", NOTHING)
    assert confusion.counts == {
        ("price", "price"): 1,
        ("discount", "price"): 1,
        ("requirement", "requirement"): 1,
        ("discount", NOTHING): 1,
        (NOTHING, "requirement"): 1,
        (NOTHING, NOTHING): 1,
    }
    assert list(confusion.confused_with("discount")) == [NOTHING, "price"]


def test_a_picture_shows_the_labels_with_most_mistakes() -> None:
    rows = [IntentRow("x", "", (f"intent_{at:02}",), (f"intent_{at:02}",), 1.0) for at in range(60)]
    rows += [IntentRow("y", "", ("intent_50",), ("intent_51",), 1.0)]
    assert {"intent_50", "intent_51"} < set(confusion_of_intents(rows).worst(10).labels)
    assert len(confusion_of_intents(rows).worst(10).labels) == 10


def test_entities_are_confused_where_their_spans_are_the_same() -> None:
    row = EntityRow(
        "八核十六G", "f:1", frozenset({("cpu", 0, 2), ("memory", 2, 5)}), frozenset({("cores", 0, 2), ("memory", 2, 4)})
    )
    assert confusion_of_entities([row]).counts == {("cpu", "cores"): 1, ("memory", NOTHING): 1, (NOTHING, "memory"): 1}


def test_confidence_is_counted_for_right_and_wrong() -> None:
    right, wrong = histogram(ROWS)
    assert (right[19], right[2], sum(right)) == (1, 1, 2)
    assert (wrong[11], wrong[14], wrong[6], sum(wrong)) == (1, 1, 1, 3)


def test_a_report_of_intents_is_a_folder_as_rasas_users_know_it(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    written = write_intents(intent_report(ROWS, [1.0]), tmp_path / "report", Beside("intents of <a file>"))
    assert written.note == ""
    assert {path.name for path in (tmp_path / "report").iterdir()} == set(written.files)
    known = json.loads((tmp_path / "report" / "intent_report.json").read_text(encoding="utf-8"))
    assert known["discount"]["support"] == 2
    assert known["discount"]["confused_with"] == {NOTHING: 1, "price": 1}
    assert known["price"]["f1-score"] == pytest.approx(2 / 3)
    errors = json.loads((tmp_path / "report" / "errors.json").read_text(encoding="utf-8"))
    assert errors[0]["intent_prediction"] == {"name": "price", "confidence": 0.55}
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "intents of &lt;a file&gt;" in page
    assert "便宜点 &lt;b&gt;" in page
    assert 'src="intent_histogram.png"' in page
    assert (tmp_path / "report" / "intent_confusion_matrix.png").read_bytes().startswith(b"\x89PNG")


def test_a_report_of_entities(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    row = EntityRow("八核十六G", "f:1", frozenset({("cpu", 0, 2), ("memory", 2, 5)}), frozenset({("cpu", 0, 2)}))
    write_entities(entity_report([row], [1.0]), tmp_path, Beside("entities"))
    known = json.loads((tmp_path / "entity_report.json").read_text(encoding="utf-8"))
    assert known["memory"]["recall"] == 0.0
    (error,) = json.loads((tmp_path / "errors.json").read_text(encoding="utf-8"))
    assert error["predicted_entities"] == [{"entity": "cpu", "start": 0, "end": 2, "value": "八核"}]


def test_a_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match="no report can be written there"):
        write_intents(intent_report(ROWS, []), tmp_path / "report", Beside("x"))


def test_chinese_labels_are_drawn_with_a_font_that_has_them_or_in_pinyin(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    rows = [IntentRow("x", "", ("查价格",), ("查价格",), 1.0), IntentRow("y", "", ("退款",), ("查价格",), 1.0)]
    draw_confusion(confusion_of_intents(rows), tmp_path / "chinese.png")  # a missing glyph would warn, and warnings are errors
    assert chinese_fonts({"DejaVu Sans", "SimHei", "Noto Sans CJK SC"}) == ["Noto Sans CJK SC", "SimHei"]
    assert romanised("查价格") == "cha jia ge"
