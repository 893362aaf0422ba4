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
