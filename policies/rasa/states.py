"""What Rasa's policies see of a moment of a conversation: one of the `states` of its trackers."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import Domain, Slot
from dialogue.pattern import ordered_needs
from dialogue.scene import Frame
from dialogue.state import SlotValue
from policies.features import intent_of

Told = tuple[float, ...] | str
"""A slot as numbers, or NOT_SET."""
NOT_SET = "should_not_be_set"
"""What a rule says of a slot or a form by `null`; Rasa's own word, since the length of a rule's text counts."""


@dataclass(frozen=True, slots=True)
class State:
    """A moment before an action: what was heard last, the action before, the slots that tell something, the form.

    `intent` is empty before anything was heard, `action` at the very beginning; `slots` are in the order of their names.
    """

    intent: str = ""
    entities: tuple[str, ...] = ()
    action: str = ""
    slots: tuple[tuple[str, Told], ...] = ()
    loop: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Turns frames into states. `hidden_slots` and `hidden_loops` are left out: those that only rules speak of."""

    domain: Domain
    telling: Mapping[str, Slot]
    hidden_slots: frozenset[str] = frozenset()
    hidden_loops: frozenset[str] = frozenset()
    used: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, domain: Domain) -> Viewer:
        telling = {name: slot for name, slot in domain.slots.items() if slot.type != "any" and slot.influence_conversation}
        used = {"+".join(ordered_needs(tuple(name.split("+")))): _used(domain, name) for name in domain.intents}
        return cls(domain, telling, used=used)

    def view(self, frame: Frame) -> State:
        """The state that a frame is."""
        loop = frame.loop or ""
        return State(
            intent_of(frame.needs),
            self.entities(frame.needs, frame.entities),
            frame.last,
            self.slots(frame.slots),
            "" if loop in self.hidden_loops else loop,
        )

    def entities(self, needs: tuple[str, ...], labels: Collection[str]) -> tuple[str, ...]:
        """The entities that the intent lets through, by name and by `name#role`; an unknown intent lets all through."""
        used = self.used.get(intent_of(needs))
        return tuple(sorted({label for label in labels if used is None or label in used}))

    def slots(self, kept: Mapping[str, Any]) -> tuple[tuple[str, Told], ...]:
        found = []
        for name in sorted(kept):
            slot = self.telling.get(name)
            if slot is None or name in self.hidden_slots:
                continue
            told = told_by(slot, _value(kept[name]))
            if isinstance(told, str) or any(told):
                found.append((name, told))
        return tuple(found)


def told_by(slot: Slot, value: Any) -> Told:
    """A slot's value as Rasa's featurisation has it; all zeros for none."""
    if value == NOT_SET and slot.type != "list":  # of a list Rasa makes a list of these words, which is a filled one
        return NOT_SET
    match slot.type:
        case "bool":
            return _bool(value)
        case "float":
            return _float(slot, value)
        case "categorical":
            return _category(slot, value)
        case "list":
            return (1.0,) if _filled(value) else (0.0,)
        case _:
            return (0.0,) if value is None else (1.0,)


def as_json(states: Collection[State]) -> str:
    """States as Rasa writes a rule down; of several rules that fit it follows the one with the longest text."""
    return json.dumps([_plain(state) for state in states], sort_keys=True)


def _plain(state: State) -> dict[str, Any]:
    user = {"intent": state.intent, "entities": state.entities}
    parts: dict[str, Any] = {
        "user": {key: value for key, value in user.items() if value},
        "prev_action": {"action_name": state.action} if state.action else {},
        "slots": dict(state.slots),
        "active_loop": {"name": state.loop} if state.loop else {},
    }
    return {key: value for key, value in parts.items() if value}


def _value(kept: Any) -> Any:
    return kept.value if isinstance(kept, SlotValue) else kept


def _bool(value: Any) -> Told:
    if isinstance(value, (bool, float, int)):
        return (1.0, float(value == 1))
    if isinstance(value, str) and value.isnumeric():
        return (1.0, float(float(value) == 1.0))
    known = {"true": (1.0, 1.0), "false": (1.0, 0.0)}
    return known.get(value.strip().lower(), (0.0, 0.0)) if isinstance(value, str) else (0.0, 0.0)


def _float(slot: Slot, value: Any) -> Told:
    try:
        capped = max(slot.min_value, min(slot.max_value, float(value)))
    except (TypeError, ValueError):
        return (0.0, 0.0)
    return (1.0, (capped - slot.min_value) / ((slot.max_value - slot.min_value) or 1.0))


def _category(slot: Slot, value: Any) -> Told:
    """One place for each value, and one for any other, which Rasa adds to every categorical slot."""
    known = [str(one).lower() for one in slot.values if one is not None]
    places = known if "__other__" in known else [*known, "__other__"]
    if value is None:
        return tuple(0.0 for _ in places)
    told = str(value).lower()
    chosen = places.index(told) if told in places else places.index("__other__")
    return tuple(float(at == chosen) for at in range(len(places)))


def _filled(value: Any) -> bool:
    return len(value) > 0 if isinstance(value, (list, tuple, str, dict)) else bool(value)


def _used(domain: Domain, intent: str) -> frozenset[str]:
    """The labels that an intent lets through (use_entities, ignore_entities)."""
    options = domain.intents[intent]
    included = tuple(domain.entities) if options.use_entities is None else options.use_entities
    ignored = options.ignore_entities or domain.quiet_entities
    kept = [entity for entity in included if options.use_entities is not None or entity not in domain.quiet_entities]
    return frozenset((*kept, *_marked(domain, included))) - frozenset((*ignored, *_marked(domain, ignored)))


def _marked(domain: Domain, names: Collection[str]) -> list[str]:
    return [f"{name}#{mark}" for name in names for mark in domain.entities.get(name, ())]
