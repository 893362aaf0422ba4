"""Comparing two rows: which two are meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialogue.actions.compare import Compare
from tests.dialogue.actions.shop import FACTS, PRICES, SETTINGS, context, state, text_of

COMPARE = Compare(
    replace(SETTINGS, kind="compare", reply="utter_pair", others=("别家",), otherwise="utter_others", ask="utter_ask"),
    PRICES,
    FACTS,
)


@pytest.mark.parametrize(
    ("said", "before", "text"),
    [
        ((), {"quoted": "large", "compared": "small"}, "small or large"),
        ((), {"quoted": "small", "compared": "large"}, "small or large"),
        ((), {"quoted": "small", "kind": "server"}, "small or middle"),
        ((("cores", 4), ("cores", 8)), {"kind": "server"}, "middle or large"),
        ((("cores", 2), ("users", 200), ("cores", 4), ("users", 500)), {"kind": "server"}, "small or middle"),
        ((("kind", "server"), ("kind", "storage")), {}, "small or box"),
        ((("cores", 8),), {"kind": "server", "quoted": "middle"}, "middle or large"),
        ((), {}, "which?"),
        ((), {"quoted": "barn", "kind": "storage"}, "which?"),
    ],
)
def test_two_rows_are_found(said: tuple[tuple[str, Any], ...], before: dict[str, Any], text: str) -> None:
    assert text_of(COMPARE.run(context(state(said, before)))) == text


def test_other_sellers_are_not_compared_by_rows() -> None:
    asked = state((), {"quoted": "large", "compared": "small"}, text="跟别家比呢")
    assert text_of(COMPARE.run(context(asked))) == "others"
