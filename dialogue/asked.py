"""The list of what the customer asked for, kept over turns, each open, answered or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dialogue.actions.settings import ActionSettings
from dialogue.events import ActionExecuted, BotUttered, Event, NeedSettled, NeedStatus
from nlu.understanding import EntityValue, Need

SUPPLEMENT = "supplement_demand"
SOCIAL = frozenset({"greet", "thank", "goodbye", "affirm", "deny", "chitchat"})
"""Intents that ask for nothing."""
_UNANSWERED = "fallback"
"""The policy that decides when nothing was understood."""
_DENIED = frozenset({"no", "false", "0", "无", "否", "不支持"})
"""Values of a column by which `replies` say that a thing is not to be had."""


@dataclass(frozen=True, slots=True)
class AskedNeed:
    """A need of the conversation: when it was asked for (`index` within its turn), in which words, and what became of it."""

    turn: int
    index: int
    intent: str
    words: str
    values: tuple[tuple[str, EntityValue], ...] = ()
    """Entities named with it, as (entity, value)."""
    status: NeedStatus = "open"
    loop: str | None = None
    """The form that has to end first."""


def asked(turn: int, text: str, needs: Iterable[Need]) -> tuple[AskedNeed, ...]:
    """The needs of one utterance, all open; what asks for nothing (thanks, yes) is left out."""
    return tuple(
        AskedNeed(turn, index, need.intent, text[need.start : need.end], tuple((one.entity, one.value) for one in need.entities))
        for index, need in enumerate(needs)
        if need.intent not in SOCIAL
    )


def settle(needs: Sequence[AskedNeed], event: NeedSettled) -> tuple[AskedNeed, ...]:
    """The list after one of its needs was settled."""
    return tuple(
        replace(need, status=event.status) if (need.turn, need.index) == (event.turn, event.index) else need for need in needs
    )


def form_began(needs: Sequence[AskedNeed], turn: int, form: str) -> tuple[AskedNeed, ...]:
    """What is still open of this turn waits for the form that it began."""
    waits = {id(need) for need in needs if need.turn == turn and need.status == "open" and need.loop is None}
    return tuple(replace(need, loop=form) if id(need) in waits else need for need in needs)


def form_ended(needs: Sequence[AskedNeed], form: str | None, status: NeedStatus) -> tuple[AskedNeed, ...]:
    """What waited for the form is answered, or refused where the customer broke it off."""
    return tuple(
        replace(need, status=status) if need.status == "open" and need.loop is not None and need.loop == form else need
        for need in needs
    )


def outcome(events: Iterable[Event], roles: Mapping[str, NeedStatus]) -> NeedStatus:
    """What the bot's events for one need make of it; `roles` says which responses ask back or refuse."""
    acted = [event for event in events if isinstance(event, ActionExecuted)]
    if not acted or any(event.policy == _UNANSWERED for event in acted):
        return "open"
    told = [roles.get(event.response or "", "answered") for event in events if isinstance(event, BotUttered)]
    for status in ("answered", "refused", "open"):
        if status in told:
            return status
    return "answered"


def settled(needs: Sequence[AskedNeed], turn: int, index: int, status: NeedStatus, topic: str | None) -> tuple[NeedSettled, ...]:
    """The events that settle a need and, with its answer, the open ones before it that asked for the same.

    `topic` is the intent that a mere supplement belongs to: '8 cores' answers the price question that it was asked for.
    """
    this = next((need for need in needs if (need.turn, need.index) == (turn, index)), None)
    if this is None or this.loop is not None:
        return ()
    same = {this.intent, topic} if this.intent == SUPPLEMENT else {this.intent}
    earlier = [need for need in needs if need.status == "open" and need.turn < turn and need.loop is None and need.intent in same]
    found = (NeedSettled(status, turn, index),) if status != "open" else ()
    return (*found, *(NeedSettled(status, need.turn, need.index) for need in earlier if status == "answered"))


def turned_down(needs: Sequence[AskedNeed], turn: int, values: Iterable[tuple[str, EntityValue]]) -> tuple[NeedSettled, ...]:
    """The customer no longer wants these: earlier needs that named nothing else are refused."""
    gone = set(values)
    return tuple(
        NeedSettled("refused", need.turn, need.index)
        for need in needs
        if need.turn < turn and need.values and gone.issuperset(need.values) and need.status != "refused"
    )


def roles_of(actions: Mapping[str, ActionSettings]) -> Mapping[str, NeedStatus]:
    """Which responses leave a need open (they ask back), and which refuse it (there is no such thing)."""
    roles: dict[str, NeedStatus] = {}
    for settings in actions.values():
        if settings.kind != "look_up":
            continue
        denied = (name for replies in settings.replies.values() for value, name in replies.items() if value.lower() in _DENIED)
        roles |= {name: "refused" for name in (settings.otherwise, *settings.unknown.values(), *denied) if name}
        roles |= {name: "open" for name in (settings.ask, settings.overview) if name}
    return roles
