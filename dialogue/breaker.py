"""A circuit breaker: what failed several times in a row is left alone for a while, instead of each turn waiting for it again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Closed at first. After `failures` in a row it is open for `rest_s` seconds; then one try is let through, which decides.

    Thread safe. `clock` counts seconds.
    """

    failures: int = 3
    rest_s: float = 10.0
    clock: Callable[[], float] = time.monotonic
    _failed: int = 0
    _open_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def allows(self) -> bool:
        """Whether to try now. Who asks must say how it went."""
        with self._lock:
            if self._failed < self.failures:
                return True
            if self.clock() < self._open_until:
                return False
            self._open_until = self.clock() + self.rest_s  # one goes ahead, the others wait for what it finds
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self.failures:
                self._open_until = self.clock() + self.rest_s
