"""The bounds on strings that were written before this was."""

from __future__ import annotations

from benchmarks.personal_data import measure


def test_nearly_all_is_found_and_nearly_nothing_else_touched() -> None:
    result = measure()
    assert (result.strings.count, result.touched.count) == (400, 400)
    assert result.values.value >= 0.98
    assert result.strings.value >= 0.98
    assert result.touched.value <= 0.01
