"""Everything that can happen in a conversation. State is what these add up to (dialogue.track); the store keeps them.

Names and meanings follow Rasa's events, so that trackers and action servers can be exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nlu.understanding import Understanding

SlotSource = Literal["said", "inherited", "default", "looked_up", "set"]
"""How a slot came by its value: said by the customer, carried over, the domain's initial value, from a table, by an action."""

NeedStatus = Literal["open", "answered", "refused"]
"""A need waits (for an answer of the bot, or of the customer to a question back), was answered, or is not to be had: because the
bot said so, or because the customer no longer wants it."""

Arm = Literal["live", "trial", "base"]
"""How a conversation came by its adapter: the version in use, the one on trial, or none."""


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A conversation begins, or begins anew after its session ran out."""

    channel: str = "rest"


@dataclass(frozen=True, slots=True)
class UserUttered:
    """The customer said something. `text` is as heard or typed; silence is an empty text."""

    text: str
    understanding: Understanding
    channel: str = "rest"
    dialect: str = "cmn"
    confidence: float = 1.0
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NeedTaken:
    """The need with this index of the last utterance is being answered now (compound sentences take one after the other)."""

    index: int


@dataclass(frozen=True, slots=True)
class BotUttered:
    """The bot said something. `response` names the domain's response, `speech` is the spoken form of `text`. `template`: what
    the response says in the operators' own words, where a language model worded it."""

    text: str
    speech: str
    response: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    template: str = ""

    @property
    def own_words(self) -> str:
        """What operators wrote and actions filled in, whoever worded it."""
        return self.template or self.text


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered on a screen; `payload` is sent as if typed ('/intent' names an intent outright)."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot got a value; None empties it. `words` are the customer's own, where there are any."""

    name: str
    value: Any
    source: SlotSource = "set"
    words: str = ""


@dataclass(frozen=True, slots=True)
class ActionExecuted:
    """The bot acted. `policy` and `reason` say who decided and why; `need` is the index of the need answered, or None."""

    name: str
    policy: str = ""
    reason: str = ""
    confidence: float = 1.0
    need: int | None = None


@dataclass(frozen=True, slots=True)
class ActiveLoop:
    """A form began (its name) or ended (None)."""

    name: str | None


@dataclass(frozen=True, slots=True)
class LoopInterrupted:
    """The running form was asked something else before (True): what was said last is no answer for it to check."""

    interrupted: bool = True


@dataclass(frozen=True, slots=True)
class ActionRejected:
    """An action refused to run (a form that found no answer in what was said): others may act. Rasa: ActionExecutionRejected."""

    name: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The next action, whatever the policies say. Rasa: FollowupAction."""

    name: str


@dataclass(frozen=True, slots=True)
class UtteranceReverted:
    """The last utterance and what came of it count for nothing. Rasa: UserUtteranceReverted ('rewind')."""


@dataclass(frozen=True, slots=True)
class ActionReverted:
    """The last action counts for nothing ('undo')."""


@dataclass(frozen=True, slots=True)
class ReminderScheduled:
    """An intent that shall be taken as heard at `at` (ISO 8601), unless the customer speaks before and `cancelled_by_words`."""

    intent: str
    at: str
    name: str = ""
    entities: Any = None
    cancelled_by_words: bool = True


@dataclass(frozen=True, slots=True)
class ReminderCancelled:
    """Reminders of this name or intent don't come; without either, none does."""

    name: str | None = None
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """The bot says nothing from here on."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The bot answers again."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A person takes over; `reason` is for that person to read."""

    reason: str


@dataclass(frozen=True, slots=True)
class LeadRecorded:
    """The contact data and wishes of a customer were written down; `fields` are slot names and values."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A message for the webhook `to` of bot.yml is to be sent once the turn is stored. `key` is its own (the receiver knows a
    second delivery by it), `body` what is sent, as JSON has it."""

    key: str
    to: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdapterChosen:
    """From here on this adapter of the language model words what is said ('': the base alone). `line` is what its versions have
    in common, `trial` the id of the trial in which it was drawn, '' outside of any."""

    line: str
    adapter: str
    arm: Arm = "live"
    trial: str = ""


@dataclass(frozen=True, slots=True)
class AdapterReplied:
    """A language model was asked for words with this adapter. `first_ms`: until its first sentence was there; `fault`: why
    nothing came of it, '' where something did; `style`: how well it kept to the house style, 0 to 1, where that was measured.

    `response` was to be worded, by `model`, which took `whole_ms`. `worded`: some of its words were heard; `dropped`: why others
    were not, and the template's own were instead (a kind of the guard's, 'fact', 'question', 'long'); '' where all were."""

    adapter: str
    first_ms: float
    fault: str = ""
    style: float | None = None
    response: str = ""
    model: str = ""
    whole_ms: float = 0.0
    worded: bool = False
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class ReplyBlocked:
    """The guard stopped what `action` wanted to say. `kind` and `reason` are the guard's; `words` gave it away (none where they
    are personal data); `response` is what was said instead, None for nothing."""

    kind: str
    reason: str
    action: str = ""
    words: str = ""
    response: str | None = None


@dataclass(frozen=True, slots=True)
class NeedSettled:
    """What became of a need: the one at `index` of the needs of utterance number `turn` (from 1)."""

    status: NeedStatus
    turn: int
    index: int


@dataclass(frozen=True, slots=True)
class ConfigurationOpened:
    """Another configuration beside the current one, under a name of its own. Of `slots`, those that make up a configuration,
    the new one begins with the values of `carried`; the others are put aside with the configuration that was spoken of.
    """

    name: str
    slots: tuple[str, ...]
    carried: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class ConfigurationChosen:
    """An earlier configuration is spoken of again: its values of `slots` come back, the current ones are put aside."""

    name: str
    slots: tuple[str, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class RowsOffered:
    """The rows of a table that the customer was told, by id and in order: 'the second' is counted by them."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotsReset:
    """All slots go back to their initial values."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The conversation forgets everything and starts again."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The call or chat is over; `reason` is e.g. hangup, goodbye, silence."""

    reason: str = ""


Event = (
    SessionStarted
    | UserUttered
    | NeedTaken
    | BotUttered
    | SlotSet
    | ActionExecuted
    | ActiveLoop
    | LoopInterrupted
    | ActionRejected
    | FollowUp
    | UtteranceReverted
    | ActionReverted
    | ReminderScheduled
    | ReminderCancelled
    | Paused
    | Resumed
    | HandedOver
    | LeadRecorded
    | MessageQueued
    | AdapterChosen
    | AdapterReplied
    | ReplyBlocked
    | NeedSettled
    | ConfigurationOpened
    | ConfigurationChosen
    | RowsOffered
    | SlotsReset
    | Restarted
    | SessionEnded
)
