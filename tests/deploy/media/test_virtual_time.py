from __future__ import annotations

import asyncio
import time

import pytest

from deploy.media.virtual_time import run_in_virtual_time


def test_an_hour_of_sleep_takes_no_time_and_timers_fire_in_order() -> None:
    async def nap(seconds: float, fired: list[float]) -> None:
        await asyncio.sleep(seconds)
        fired.append(asyncio.get_running_loop().time())

    async def main() -> list[float]:
        fired: list[float] = []
        await asyncio.gather(nap(3600, fired), nap(0.02, fired), nap(5, fired))
        return fired

    begun = time.perf_counter()
    assert run_in_virtual_time(main()) == pytest.approx([0.02, 5, 3600])
    assert time.perf_counter() - begun < 5


def test_work_in_threads_is_done_at_once_and_its_faults_come_through() -> None:
    def fail() -> None:
        raise ValueError("no such voice")

    async def main() -> float:
        assert await asyncio.to_thread(sum, [1, 2]) == 3
        with pytest.raises(ValueError, match="no such voice"):
            await asyncio.to_thread(fail)
        return asyncio.get_running_loop().time()

    assert run_in_virtual_time(main()) == 0


def test_a_program_that_waits_for_nothing_is_told_so() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="virtual time stands still"):
        run_in_virtual_time(main())
