"""Rules and stories as values. Types only; dialogue.script_file reads them from YAML, policies follow them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from dialogue.yaml_file import Place
from nlu.understanding import Entity


class Anything(Enum):
    """The value of a SlotStep that any value satisfies; no YAML value is equal to it."""

    SET = "set"


SET: Final = Anything.SET
NOT_UNDERSTOOD: Final = "nlu_fallback"
"""Rasa's name for an utterance without needs; a UserStep holds it as an empty set of needs."""


@dataclass(frozen=True, slots=True)
class UserStep:
    """The customer says something: one of `alternatives` (an `or`), each a set of needs ('a+b', order free).

    `entities` must be present (name, value or None for any value). `text` stands in test stories: what is really said,
    with the entities annotated in it as `annotated`.
    """

    alternatives: tuple[tuple[str, ...], ...]
    entities: tuple[tuple[str, Any], ...] = ()
    text: str | None = None
    annotated: tuple[Entity, ...] = ()
    place: Place | None = None
    marks: tuple[tuple[str | None, str | None], ...] = ()
    """Role and group of each of `entities`, where any has one."""


@dataclass(frozen=True, slots=True)
class ActionStep:
    """The bot does something: an action, a response (utter_...) or a form, by name."""

    name: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LoopStep:
    """A form is running from here on (its name) or no longer (None)."""

    name: str | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SlotStep:
    """Slots have these values; None means empty, and the value SET stands for 'anything'."""

    values: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """An `or` of slots, or of utterances that are not alike but for the intent: the story goes on alike whichever holds."""

    choices: tuple[SlotStep | UserStep, ...]
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    """Joins stories: what comes before one goes on with what comes after any of the same name, in another story or this one.

    `slots` must have these values then; only what begins with a checkpoint has them.
    """

    name: str
    place: Place | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


Step = UserStep | ActionStep | LoopStep | SlotStep | SlotChoice | CheckpointStep


@dataclass(frozen=True, slots=True)
class Rule:
    """Always true, wherever `condition` holds. `waits` False: the rule does not end with action_listen."""

    name: str
    steps: tuple[Step, ...]
    place: Place
    condition: tuple[SlotStep | LoopStep, ...] = ()
    conversation_start: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One example of a conversation."""

    name: str
    steps: tuple[Step, ...]
    place: Place
