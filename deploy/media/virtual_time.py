"""An event loop whose clock jumps: a sleep of six seconds takes none, and every run is the same.

For `xiangyin call` and for tests. When nothing is ready, time leaps to the next timer. Work for other threads is done at
once, in the loop's own thread, and takes no virtual time; so nothing ever waits for the real clock.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class _LeapingSelector(selectors.BaseSelector):
    """Looks at the files without waiting; the wait that was asked for is added to the clock instead."""

    def __init__(self) -> None:
        self._files = selectors.DefaultSelector()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._files.select(0)
        if not ready and timeout:
            self.now_s += timeout
        if not ready and timeout is None:
            raise RuntimeError("virtual time stands still: every task waits for something that no timer brings")
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._files.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._files.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._files.get_map()

    def close(self) -> None:
        self._files.close()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """asyncio with a clock of its own; begins at 0 s."""

    def __init__(self) -> None:
        self._leaping = _LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now_s

    def stall(self, for_s: float) -> None:
        """Let time pass while nothing runs, as on a machine that has much else to do."""
        self._leaping.now_s += for_s

    def run_in_executor(
        self, _executor: Executor | None, func: Callable[[*Arguments], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        done: asyncio.Future[Result] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as fault:  # whatever it is belongs to the one who awaits the work
            done.set_exception(fault)
        return done


def run_in_virtual_time(main: Coroutine[Any, Any, Result]) -> Result:
    """As asyncio.run, without waiting."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
