"""The seam of everything the bot can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dialogue.events import BotUttered, Event
from dialogue.state import DialogueState


class Responder(Protocol):
    """Turns the name of a response into words for this state and channel."""

    def say(self, response: str, state: DialogueState, channel: str, values: Mapping[str, Any]) -> BotUttered:
        """`values` go before slots in the template. Raises UnknownResponse (a ValueError) for a name not in the domain."""
        ...

    def knows(self, response: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class ActionContext:
    """What an action may look at."""

    state: DialogueState
    channel: str
    responder: Responder


class Action(Protocol):
    """Does one thing and says what happened, as events in order; the turn loop adds ActionExecuted before them."""

    def run(self, context: ActionContext) -> tuple[Event, ...]: ...
