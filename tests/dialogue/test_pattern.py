from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialogue.pattern import rule_pattern, same_needs, slot_holds
from dialogue.script import SET, ActionStep, LoopStep, UserStep
from dialogue.script_file import script_of
from dialogue.yaml_file import parse


@pytest.mark.parametrize(
    ("needs", "wanted", "same"),
    [
        (("a",), ("a",), True),
        (("a",), ("b",), False),
        (("a", "b"), ("b", "a"), True),
        (("a", "b"), ("a",), False),
        (("a",), ("a", "b"), False),
        (("a", "b", "b"), ("a", "b"), True),
        (("a", "a"), ("a",), False),
        (("a", "a"), ("a", "a"), True),
        (("faq/price",), ("faq",), True),
        (("faq",), ("faq/price",), False),
        ((), (), True),
        (("a",), (), False),
    ],
)
def test_needs_are_compared_as_sets(needs: tuple[str, ...], wanted: tuple[str, ...], same: bool) -> None:
    assert same_needs(needs, wanted) is same


@pytest.mark.parametrize(
    ("wanted", "value", "holds"),
    [
        (SET, "x", True),
        (SET, None, False),
        (SET, False, True),
        (None, None, True),
        (None, "x", False),
        (True, "x", True),
        (True, None, False),
        (True, True, True),
        (True, False, False),
        (False, False, True),
        (False, None, False),
        (1000, 1000, True),
        (1000, "1000", True),
        (1000, 1000.0, True),
        (1, True, False),
        ("year", "month", False),
        (["a"], ("a",), True),
        (["a"], "a", False),
    ],
)
def test_a_slot_holds_what_is_wanted(wanted: Any, value: Any, holds: bool) -> None:
    assert slot_holds(wanted, value) is holds


def test_what_a_rule_leaves_unsaid_about_its_form_is_said() -> None:
    script = script_of(
        parse(
            """
rules:
- rule: begins
  steps: [{intent: buy}, {action: lead_form}]
- rule: ends
  condition: [{active_loop: lead_form}]
  steps: [{active_loop: null}, {slot_was_set: [requested_slot: null]}, {action: action_record}]
""",
            Path("rules.yml"),
        )
    )
    begins, ends = (rule_pattern(rule, ("lead_form",)) for rule in script.rules)
    assert [type(spot.step) for spot in begins.spots] == [UserStep, ActionStep]
    assert [check.name for check in begins.after if isinstance(check, LoopStep)] == ["lead_form"]
    assert [spot.step.name for spot in ends.spots if isinstance(spot.step, ActionStep)] == ["lead_form", "action_record"]
    assert len(ends.spots[1].checks) == 2
