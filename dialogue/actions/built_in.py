"""The actions that every bot has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.action import ActionContext
from dialogue.actions.send import known_values, message_body, new_key
from dialogue.actions.settings import ActionSettings
from dialogue.events import Event, HandedOver, LeadRecorded, MessageQueued, Restarted, SessionEnded, UserUttered

ASK_AGAIN = "utter_ask_again"
ASK_AGAIN_OPEN = "utter_ask_again_open"
OFFER_PERSON = "utter_offer_person"
PASS_ON = "utter_pass_on"
HAND_OVER = "utter_hand_over"
DEFAULT = "utter_default"
RESTARTED = "utter_restart"
FALLBACK = "fallback"
"""The name under which the policy for what is not understood decides."""

Terms = Mapping[str, Any]
"""The bot's facts/terms.yml, for {key} in a response."""


@dataclass(frozen=True, slots=True)
class Respond:
    """utter_NAME: says a response."""

    response: str
    terms: Terms = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        return (context.responder.say(self.response, context.state, context.channel, self.terms),)


@dataclass(frozen=True, slots=True)
class Nothing:
    """action_listen and action_session_start: the turn loop does all there is to do."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:  # noqa: ARG002
        return ()


@dataclass(frozen=True, slots=True)
class Restart:
    """action_restart; says utter_restart where the domain has it."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        return (*_say(context, (RESTARTED,), {}), Restarted())


@dataclass(frozen=True, slots=True)
class AskAgain:
    """action_ask_again: names the two likeliest intents by their labels; asks openly where there are no two."""

    settings: ActionSettings
    terms: Terms = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        latest = context.state.latest
        labels = [] if latest is None else [label for _, label in self.guesses(latest)]
        reply, openly = self.settings.reply or ASK_AGAIN, self.settings.ask or ASK_AGAIN_OPEN
        if len(labels) == 2 and context.responder.knows(reply):
            return _say(context, (reply,), {**self.terms, "first": labels[0], "second": labels[1]})
        return _say(context, (openly, DEFAULT), self.terms)

    def guesses(self, said: UserUttered) -> tuple[tuple[str, str], ...]:
        """Intent and label of the two likeliest meanings of an utterance; fewer where no more have a label."""
        if not said.text:
            return ()
        by_label: dict[str, str] = {}
        for guess in said.understanding.ranking:
            label = self.settings.labels.get(guess.intent)
            if label:
                by_label.setdefault(label, guess.intent)
        return tuple((intent, label) for label, intent in by_label.items())[:2]


@dataclass(frozen=True, slots=True)
class OfferPerson:
    """action_offer_person: asks whether a person should take over; where the fallback chose it, it says so instead, since
    the hand-over follows at once."""

    terms: Terms = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        decided = context.state.actions
        missed = bool(decided) and decided[-1].policy == FALLBACK
        return _say(context, (PASS_ON, OFFER_PERSON) if missed else (OFFER_PERSON, PASS_ON), self.terms)


@dataclass(frozen=True, slots=True)
class HandOver:
    """action_hand_over: a person takes over; the reason is that of the decision."""

    terms: Terms = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        reason = context.state.actions[-1].reason if context.state.actions else ""
        return (HandedOver(reason), *_say(context, (HAND_OVER,), self.terms))


@dataclass(frozen=True, slots=True)
class EndCall:
    """action_end_call: the bot ends the conversation once its words are said."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        latest = context.state.latest
        silent = latest is not None and not latest.text.strip()
        return (SessionEnded("silence" if silent else "goodbye"),)


@dataclass(frozen=True, slots=True)
class RecordLead:
    """The action of kind lead: writes down the slots that are filled, and sends them on where a webhook wants them."""

    settings: ActionSettings
    terms: Terms = field(default_factory=dict)
    name: str = "action_record_lead"
    new_key: Callable[[], str] = new_key

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        known = known_values(context, self.settings.fields)
        said = _say(context, (self.settings.reply,), {**self.terms, **known})
        if not self.settings.to:
            return (LeadRecorded(known), *said)
        message = MessageQueued(self.new_key(), self.settings.to, message_body(self.name, context, known))
        return (LeadRecorded(known), message, *said)


def _say(context: ActionContext, responses: tuple[str, ...], values: Mapping[str, Any]) -> tuple[Event, ...]:
    """The first of these responses that the domain has; nothing where it has none."""
    for response in responses:
        if response and context.responder.knows(response):
            return (context.responder.say(response, context.state, context.channel, values),)
    return ()
