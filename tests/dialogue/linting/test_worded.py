"""Names in bot.yml's `wording` that the bot does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import read_bot
from dialogue.lint import lint
from tests.dialogue.wording.house import house


def test_the_shop_of_the_other_tests_is_without_fault(tmp_path: Path) -> None:
    house(tmp_path)
    assert [fault for fault in lint(read_bot(tmp_path).bot) if "wording" in fault.what] == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            "utter_manual: {}",
            "utter_manuel: {}",
            "'wording' uses the response 'utter_manuel', which the domain does not list; did you",
        ),
        ("utter_fea*:", "utter_faq*:", "'wording' names 'utter_faq*', which no response is like"),
        (
            "{trial_days}天",
            "{trial_day}天",
            "'wording' tells the model {trial_day} for 'utter_trial': no slot, no term, no column; did you",
        ),
        (
            "may_omit: [name]",
            "may_omit: [nam]",
            "'wording' has 'nam' under 'utter_fea*', which is not filled into that response; did",
        ),
        (", keep: [手机|电话]", "", "response 'utter_ask_lead_form_phone' asks for a slot and is never worded"),
        ("[手机|电话]", "['(']", "'keep': '(' cannot be read"),
        ("wording:", "wording:\n  house: nowhere.yml", "'wording' names the house rules"),
    ],
)
def test_what_cannot_be_is_told_at_its_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    house(tmp_path)
    file = tmp_path / "bot.yml"
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), "utf-8")
    found = read_bot(tmp_path)
    lines = text.splitlines()
    line = 1 + next(number for number, one in enumerate(lines) if right in one)
    faults = [fault for fault in (*found.faults, *lint(found.bot)) if told in fault.what]
    assert [fault.place.line for fault in faults][:1] == [line]


def test_rules_of_the_house_that_cannot_be_read_are_told_at_their_own_line(tmp_path: Path) -> None:
    house(tmp_path)
    (tmp_path / "rules.yml").write_text("address: 您\nlongst: 40\n", "utf-8")
    file = tmp_path / "bot.yml"
    file.write_text(file.read_text("utf-8").replace("wording:", "wording:\n  house: rules.yml"), "utf-8")
    faults = [fault for fault in lint(read_bot(tmp_path).bot) if fault.place.file.name == "rules.yml"]
    assert [(fault.place.line, "did you mean 'longest'" in fault.what) for fault in faults] == [(2, True)]
