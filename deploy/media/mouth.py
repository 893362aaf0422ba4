"""What a turn says while it is still under way, from its thread into the call's loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable


class CallMouth:
    """A dialogue.wording Mouth: `say` is called in the turn's thread, the pieces are taken in the loop. For one reply."""

    def __init__(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """`wanted`: whether the caller still listens."""
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._said = ""
        self._is_wanted = wanted

    @property
    def wanted(self) -> bool:
        return self._is_wanted()

    def say(self, so_far: str) -> None:
        """All that is said so far; what of it is new is heard. One that came to be told otherwise is heard from its beginning."""
        if self._said.startswith(so_far):
            return
        new = so_far.removeprefix(self._said) if so_far.startswith(self._said) else so_far
        self._said = so_far
        self._pass(new)

    def end(self) -> None:
        """Nothing more will be said."""
        self._pass(None)

    async def pieces(self) -> AsyncIterator[str]:
        """What is to be heard, until the end."""
        while (piece := await self._pieces.get()) is not None:
            yield piece

    def _pass(self, piece: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed under a turn that is still working: nobody hears it
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)
