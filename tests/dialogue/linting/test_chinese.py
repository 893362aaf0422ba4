from __future__ import annotations

import string

import pytest

from dialogue.linting.chinese import CHECKS, in_chinese
from dialogue.linting.chinese_reading import READING
from dialogue.message import message
from tests.dialogue.linting.templates import templates

KNOWN = {**CHECKS, **READING}


@pytest.mark.parametrize(("template", "file"), templates().items())
def test_every_fault_can_be_told_in_chinese(template: str, file: str) -> None:
    assert template in KNOWN, f"{file} tells {template!r}, which dialogue/linting/chinese*.py cannot say"
    assert fields(KNOWN[template]) <= fields(template)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_what_is_filled_in_is_told_in_chinese_too() -> None:
    close = message("; did you mean '{name}'?", name="greet")
    told = message("unknown key '{key}' in {what}{close}", key="gret", what=message("a rule"), close=close)
    assert str(told) == "unknown key 'gret' in a rule; did you mean 'greet'?"
    assert in_chinese(told) == "规则里有不认识的键“gret”；是不是想写“greet”？"


def test_what_has_no_chinese_form_stays() -> None:
    assert in_chinese("as it is") == "as it is"
    assert in_chinese(message("nobody wrote {this}", this=1)) == "nobody wrote 1"
