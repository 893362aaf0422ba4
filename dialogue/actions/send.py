"""Sends a message to another program: an SMS gateway, a CRM. Here it is only queued; dialogue.outbox carries it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.actions.settings import ActionSettings
from dialogue.events import Event, MessageQueued


def new_key() -> str:
    """A key that no other message has."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class SendMessage:
    """The action of kind send: queues the filled ones of `fields` and the words of `text`, and says `reply`."""

    name: str
    settings: ActionSettings
    terms: Mapping[str, Any] = field(default_factory=dict)
    new_key: Callable[[], str] = new_key

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        if any(context.state.value(slot) is None for slot in self.settings.needs):
            return self._say(context, self.settings.ask)
        body = self._body(context)
        return (MessageQueued(self.new_key(), self.settings.to, body), *self._say(context, self.settings.reply))

    def _body(self, context: ActionContext) -> Mapping[str, Any]:
        text = "".join(said.text for said in self._say(context, self.settings.text))
        return message_body(self.name, context, known_values(context, self.settings.fields), text)

    def _say(self, context: ActionContext, response: str) -> tuple[Any, ...]:
        if not response or not context.responder.knows(response):
            return ()
        return (context.responder.say(response, context.state, context.channel, self.terms),)


def known_values(context: ActionContext, slots: tuple[str, ...]) -> Mapping[str, Any]:
    """Those of these slots that are filled."""
    filled = {name: context.state.value(name) for name in slots}
    return {name: value for name, value in filled.items() if value is not None}


def message_body(action: str, context: ActionContext, data: Mapping[str, Any], text: str = "") -> Mapping[str, Any]:
    """What a webhook is sent: the action, whom it is about, the values, and words where there are any."""
    told: dict[str, Any] = {"action": action, "conversation": context.state.conversation, "channel": context.channel}
    return {**told, "data": dict(data), **({"text": text} if text else {})}
