"""How long conversations are kept (`store: keep_days` in bot.yml): a thread beside the turns deletes what is older."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from dialogue.after_call.opening import kept_of
from dialogue.bot_files import Bot
from dialogue.forgetting import Forgetting
from dialogue.store import EventStore, StoreError

log = logging.getLogger(__name__)

SWEEP_S = 3600.0
"""Between two looks: days count, not minutes."""


def forget(
    bot: Bot, store: EventStore, conversation: str, idle_days: float = 0.0, clock: Callable[[], float] = time.time
) -> bool:
    """Delete a conversation and the documents written of it, unless something was said in it within so many days; did it go?

    The documents go first: what cannot be deleted is found again by the conversation. Raises OSError and StoreError.
    """
    last = store.last(conversation)
    if last is None or (idle_days and clock() - last.at <= idle_days * 24 * 3600.0):
        return False
    kept_of(bot, store, clock).erase(conversation, bot.domain)
    return Forgetting(store, clock).forget(conversation, idle_days)


class Retention:
    """`start` lets a thread look over and over; `round` looks once. The setting is read anew at each look."""

    def __init__(self, bot: Callable[[], Bot], store: EventStore, clock: Callable[[], float] = time.time) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the conversation under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def round(self) -> int:
        """Delete what is too old; how many conversations. Raises StoreError."""
        bot = self._bot()
        days = bot.settings.store.keep_days
        if not days:
            return 0
        gone = 0
        for conversation in Forgetting(self._store, self._clock).too_old(days):
            if self._stopping.is_set():
                break
            gone += self._forgotten(bot, conversation, days)
        if gone:
            log.info("%d conversations were deleted, %g days after their last word", gone, days)
        return gone

    def _forgotten(self, bot: Bot, conversation: str, days: float) -> bool:
        try:
            return forget(bot, self._store, conversation, days, self._clock)
        except OSError as fault:  # tried again at the next look; the others must not wait for it
            log.warning("a conversation stays, its documents cannot be deleted: %s", fault.strerror)
        except StoreError as fault:
            self._store.check()  # raises where nothing can be read or written now
            log.error("a conversation that is too old cannot be read and stays: %s", fault)
        return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
            except StoreError as fault:
                log.warning("what is too old waits: %s", fault)
            except Exception as fault:  # whatever a look runs into must not end the thread
                log.error("a look for what is too old stopped short: %s", type(fault).__name__)
            self._stopping.wait(SWEEP_S)
