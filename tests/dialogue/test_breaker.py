from __future__ import annotations

from dialogue.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_lets_one_try_through_after_a_rest() -> None:
    clock = Clock()
    breaker = Breaker(failures=2, rest_s=10.0, clock=clock)
    breaker.failed()
    assert breaker.allows()
    breaker.succeeded()  # what was before counts no more
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now = 10.0
    assert breaker.allows()
    assert not breaker.allows()  # the others wait for what the first one finds
    breaker.failed()
    clock.now = 19.0
    assert not breaker.allows()
    clock.now = 20.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()
