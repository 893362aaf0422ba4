"""What `xiangyin run` ties together."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from deploy.commands.run import _renewing
from dialogue.bot_files import Bot


class NotingCalls:
    """Notes in which thread it was asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.renewed = asyncio.Event()

    def expect(self, _bot: Bot) -> None:
        self.asked.append(("expect", threading.get_ident()))

    def renew(self, _bot: Bot) -> None:
        self.asked.append(("renew", threading.get_ident()))
        self.renewed.set()


def test_new_words_are_taken_up_beside_the_event_loop_that_carries_the_calls() -> None:
    async def main() -> None:
        calls: Any = NotingCalls()
        bot: Any = None
        await asyncio.to_thread(_renewing(calls, asyncio.get_running_loop()), bot)
        await calls.renewed.wait()
        assert [(what, thread == threading.get_ident()) for what, thread in calls.asked] == [("expect", False), ("renew", True)]

    asyncio.run(main())
