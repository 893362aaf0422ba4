"""Personal data taken out of stored conversations, and what was written of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialogue.after_call.opening import kept_of
from dialogue.bot_files import Bot
from dialogue.events import Event
from dialogue.scrubbing import scrubbed_events
from dialogue.store import EventStore, StoreError
from nlu.personal_data.found import Kind
from nlu.pipeline import Pipeline

_ALL = 1_000_000
"""More conversations than a store of one bot holds."""


def erase(bot: Bot, store: EventStore, conversations: Sequence[str] | None = None) -> Mapping[str, Mapping[str, int]]:
    """Scrub these conversations (all, where None) in the store and delete their documents; gives the pieces removed by kind, for
    each. Documents can be written anew, of what is left.

    What cannot be undone is not undone: the tokens' vault is not kept. Raises StoreError, also for a conversation that
    is not there; then nothing was changed.
    """
    known = [one.conversation for one in store.conversations(_ALL)]
    wanted = known if conversations is None else list(conversations)
    for conversation in wanted:
        if conversation not in known:
            raise StoreError(f"{store.where}: there is no conversation '{conversation}'")
    personal: dict[str, Kind] = {name: kind for name, kind in _declared(bot.pipeline) if name}
    removed: dict[str, Mapping[str, int]] = {}
    kept = kept_of(bot, store)
    for conversation in wanted:

        def change(events: tuple[Event, ...], conversation: str = conversation) -> Sequence[Event]:
            clean, removed[conversation] = scrubbed_events(events, personal)
            return clean

        store.rewrite(conversation, change)
        kept.erase(conversation, bot.domain)
    return removed


def _declared(pipeline: Pipeline) -> tuple[tuple[str | None, Kind], ...]:
    return ((pipeline.person, "NAME"), (pipeline.phone, "PHONE"))
