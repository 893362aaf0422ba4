"""What sees to a bot's conversations that are over, opened by what its bot.yml says."""

from __future__ import annotations

import time
from collections.abc import Callable

from dialogue.adapters.adapters import Adapters
from dialogue.after_call.kept import Kept
from dialogue.after_call.settings import settled
from dialogue.after_call.worker import AfterCalls
from dialogue.after_call.writers import Writers
from dialogue.bot_files import Bot
from dialogue.store import EventStore


def kept_of(bot: Bot, store: EventStore, clock: Callable[[], float] = time.time) -> Kept:
    """Where a bot's documents are kept. Raises StoreError."""
    return Kept(store, bot.folder / settled(bot.settings.after_call).folder, bot.settings.adapters.tenant, clock)


def after_calls_of(
    bot: Callable[[], Bot], store: EventStore, adapters: Adapters | None = None, clock: Callable[[], float] = time.time
) -> AfterCalls | None:
    """Who sees to conversations that are over; nobody unless bot.yml has `after_call`. Raises StoreError."""
    if bot().settings.after_call is None:
        return None
    return AfterCalls(store, kept_of(bot(), store, clock), Writers(bot, adapters), clock)
