"""Spans follow their texts."""

from __future__ import annotations

from nlu.data import Example
from nlu.personal_data.rows import scrub_examples, scrub_row
from nlu.understanding import Entity


def test_examples_keep_their_entities_in_place() -> None:
    text = "我叫王建国,要8核的"
    entities = (Entity("contact_name", "王建国", "王建国", 2, 5), Entity("cpu_cores", 8, "8核", 7, 9))
    (kept,), removed = scrub_examples([Example(text, ("contact",), entities, asr="我叫王建国要八核的")])
    assert (kept.text, kept.asr) == ("我叫[NAME_1],要8核的", "我叫[NAME_1]要八核的")
    assert [(one.value, kept.text[one.start : one.end]) for one in kept.entities] == [("[NAME_1]", "[NAME_1]"), (8, "8核")]
    assert removed == {"NAME": 2}


def test_rows_keep_their_labels_and_nested_spans() -> None:
    row = {
        "text": "打13800138000,多少钱",
        "intents": ["contact", "price_inquiry"],
        "needs": [{"intent": "price_inquiry", "start": 13, "end": 16, "entities": []}],
        "turns": [{"role": "user", "text": "是13800138000"}],
    }
    clean, changed, _ = scrub_row(row)
    assert clean["text"] == "打[PHONE_1],多少钱"
    assert clean["intents"] == ["contact", "price_inquiry"]
    assert clean["text"][clean["needs"][0]["start"] : clean["needs"][0]["end"]] == "多少钱"
    assert clean["turns"][0]["text"] == "是[PHONE_1]"
    assert [path for path, _ in changed] == ["text", "turns[0].text"]
