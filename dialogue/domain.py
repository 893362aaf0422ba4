"""The domain: what a bot can hear, remember and say. Types only; dialogue.domain_file reads them from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dialogue.events import Button
from dialogue.yaml_file import Place

SlotType = Literal["text", "bool", "categorical", "float", "list", "any"]
MappingType = Literal["from_entity", "from_text", "from_intent", "from_trigger_intent", "custom"]
VOICE = "voice"
"""The channel name of everything that is spoken: a response variation with this channel is its spoken form."""


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """How a slot is filled from an utterance; `value` serves from_intent and from_trigger_intent."""

    type: MappingType
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    value: Any = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    active_loop: str | None = None
    requested_slot: str | None = None
    action: str | None = None
    """custom: the action that fills the slot after every utterance."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing remembered. `values` are those of a categorical slot; stories see a float between `min_value` and `max_value`."""

    name: str
    type: SlotType
    place: Place
    initial_value: Any = None
    influence_conversation: bool = True
    mappings: tuple[SlotMapping, ...] = ()
    values: tuple[Any, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0


@dataclass(frozen=True, slots=True)
class ResponseVariation:
    """One way of saying a response. `channel` limits it; `conditions` are slot values that must hold."""

    text: str = ""
    channel: str | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Form:
    """Slots asked for one after the other; while it runs, `ignored_intents` fill nothing."""

    name: str
    place: Place
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent; `use_entities` None means all, and `ignore_entities` are taken away."""

    name: str
    place: Place
    use_entities: tuple[str, ...] | None = None
    ignore_entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """When a silent conversation counts as a new one (minutes; 0: never), and whether slots are carried over."""

    session_expiration_time: float = 60.0
    carry_over_slots_to_new_session: bool = True


@dataclass(frozen=True, slots=True)
class Domain:
    """All of the above by name. `entities` maps an entity to its roles and groups; stories don't see `quiet_entities`."""

    intents: Mapping[str, Intent] = field(default_factory=dict)
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    responses: Mapping[str, tuple[ResponseVariation, ...]] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    actions: Mapping[str, Place] = field(default_factory=dict)
    told_domain: tuple[str, ...] = ()
    """Actions that want the domain sent along (send_domain), where the action server gets it only on request."""
    session: SessionConfig = SessionConfig()
    quiet_entities: tuple[str, ...] = ()
    as_rasa: bool = False
    """The bot has no bot.yml: its slots and forms are filled as in Rasa, to the letter."""
