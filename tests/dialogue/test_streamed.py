"""An answer read by a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from dialogue.streamed import Reading, Tries

LATE = TimeoutError("late")


def reading(lasts_s: float = 20.0) -> Reading[str]:
    return Reading(time.monotonic() + lasts_s)


def test_pieces_come_in_order_and_a_fault_behind_them() -> None:
    answer = reading()

    def read() -> None:
        answer.put("一")
        answer.put("二")
        raise ValueError("rubbish")

    pieces = answer.pieces(read, LATE)
    assert [next(pieces), next(pieces)] == ["一", "二"]
    with pytest.raises(ValueError, match="rubbish"):
        next(pieces)


@pytest.mark.parametrize(("lasts_s", "patience_s"), [(0.05, 20.0), (20.0, 0.05)])
def test_who_waits_is_free_at_the_deadline_and_when_patience_ends(lasts_s: float, patience_s: float) -> None:
    answer, over = reading(lasts_s), threading.Event()
    with pytest.raises(TimeoutError, match="late"):
        list(answer.pieces(lambda: over.wait(30) or None, LATE, lambda: patience_s))  # type: ignore[func-returns-value]
    over.set()


def test_nothing_more_is_read_once_nobody_waits() -> None:
    answer, stopped = reading(), threading.Event()

    def read() -> None:
        for chunk in answer.while_wanted(iter(lambda: "x", "")):
            answer.put(chunk)
        stopped.set()

    pieces = answer.pieces(read, LATE)
    next(pieces)
    pieces.close()
    assert stopped.wait(20)


def failing(*faults: Exception) -> tuple[Callable[[], None], list[Exception]]:
    left = list(faults)

    def read() -> None:
        if left:
            raise left.pop(0)

    return read, left


@pytest.mark.parametrize(("lasts_s", "left"), [(20.0, 0), (0.0, 1)])
def test_what_may_pass_is_tried_again_while_there_is_time(lasts_s: float, left: int) -> None:
    read, faults = failing(ConnectionError("away"), ConnectionError("away"))
    with pytest.raises(ConnectionError):
        reading(lasts_s).tried(read, Tries(1, 0.001), lambda fault: isinstance(fault, ConnectionError))
    assert len(faults) == left


def test_what_does_not_pass_is_not_tried_again() -> None:
    read, faults = failing(ValueError("refused"), ValueError("refused"))
    with pytest.raises(ValueError, match="refused"):
        reading().tried(read, Tries(3, 0.001), lambda fault: isinstance(fault, ConnectionError))
    assert len(faults) == 1
