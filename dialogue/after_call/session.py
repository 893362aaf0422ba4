"""A conversation's sessions: each call, and each chat until it fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from dialogue.domain import Domain
from dialogue.events import Event, SessionEnded, SessionStarted, UserUttered
from dialogue.state import DialogueState
from dialogue.store import EventStore
from dialogue.track import initial_state, track

_events = sa.table("events", *(sa.column(name) for name in ("conversation", "seq", "at")))


@dataclass(frozen=True, slots=True)
class Session:
    """One of them. `seq` is the number of the event that began it, `last` that of its last; times in seconds since 1970."""

    conversation: str
    seq: int
    last: int
    channel: str
    events: tuple[Event, ...]
    before: DialogueState
    """The state before its first event."""
    began_at: float = 0.0
    ended_at: float = 0.0
    ended: str | None = None
    """Why it ended; None while it is going on."""

    @property
    def said(self) -> bool:
        """Whether the customer said anything."""
        return any(isinstance(event, UserUttered) and event.text.strip() for event in self.events)


def sessions_of(conversation: str, events: Sequence[Event], domain: Domain) -> tuple[Session, ...]:
    """The sessions in order. Events are numbered from 1, as the store does; what stands before any session is the first's."""
    found: list[Session] = []
    state = initial_state(conversation, domain)
    for seq, event in enumerate(events, start=1):
        if isinstance(event, SessionStarted) or not found:
            channel = event.channel if isinstance(event, SessionStarted) else "rest"
            found.append(Session(conversation, seq, seq, channel, (), state))
        now = found[-1]
        if now.ended is None:
            ended = event.reason if isinstance(event, SessionEnded) else None
            found[-1] = replace(now, events=(*now.events, event), last=seq, ended=ended)
        state = track(state, event)
    return tuple(found)


def stored_sessions(store: EventStore, conversation: str, domain: Domain) -> tuple[Session, ...]:
    """The same with their times. Raises StoreError."""
    times = _times(store, conversation)
    found = sessions_of(conversation, store.events(conversation), domain)
    return tuple(replace(one, began_at=times.get(one.seq, 0.0), ended_at=times.get(one.last, 0.0)) for one in found)


def _times(store: EventStore, conversation: str) -> Mapping[int, float]:
    wanted = sa.select(_events.c.seq, _events.c.at).where(_events.c.conversation == conversation)
    with store.transaction(writes=False) as connection:
        return {int(seq): float(at) for seq, at in connection.execute(wanted)}
