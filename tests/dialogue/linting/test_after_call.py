"""Wrong names under `after_call` in bot.yml, at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import read_bot
from dialogue.lint import lint

DOMAIN = """version: "3.1"
intents: [purchase]
slots:
  phone: {type: text, mappings: [{type: custom}]}
"""
HEAD = """webhooks: {crm: {url: "https://crm.example/leads"}}
after_call:
"""


def told(folder: Path, text: str) -> list[str]:
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "bot.yml").write_text(HEAD + text, encoding="utf-8")
    return [f"{fault.place.line}: {fault.what}" for fault in lint(read_bot(folder).bot) if "after_call" in str(fault.what)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("  lead: {to: crn}", "3: 'after_call' sends to 'crn', which 'webhooks' of bot.yml does not list; did you mean 'crm'?"),
        (
            "  lead: {fields: [phne]}",
            "3: 'after_call' uses the slot 'phne', which the domain does not list; did you mean 'phone'?",
        ),
        (
            "  steps:\n  - {says: a, when: {intents: [purchas]}}",
            "4: 'after_call' uses the intent 'purchas', which the domain does not list; did you mean 'purchase'?",
        ),
        ("  without: [sumary]", "3: 'after_call' names the document 'sumary', which there is not; did you mean 'summary'?"),
        (
            "  documents: {summary: {order: [need]}}",
            "3: 'after_call' puts the section 'need' into 'summary', which has none of that name; did you mean 'needs'?",
        ),
        (
            "  documents: {summary: {sections: {needs: {line: '{wrds}'}}}}",
            "3: 'after_call' writes {wrds}, which is no slot, no term and nothing of its block; did you mean 'words'?",
        ),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest_right_one(text: str, fault: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == [fault]


def test_what_is_right_is_not_told(tmp_path: Path) -> None:
    text = "  lead: {to: crm, documents: [summary], fields: [phone]}\n  documents: {summary: {title: '{client}{phone}{score}'}}"
    assert told(tmp_path, text) == []
