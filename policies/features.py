"""A moment of a conversation as the features by which stories are told apart, after Rasa's featurisation of slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.domain import Domain, Slot
from dialogue.pattern import ordered_needs
from dialogue.scene import Frame
from dialogue.slot_file import REQUESTED_SLOT

Features = tuple[tuple[str, str], ...]
"""Kind and value: hashable, and readable in a debugger."""
SET = "set"
"""The value of a slot of which only counts that it is filled."""


@dataclass(frozen=True, slots=True)
class Featurizer:
    """Reads features off frames. `slots` are those that stories may depend on."""

    slots: Mapping[str, Slot]
    domain: Domain

    @classmethod
    def of(cls, domain: Domain) -> Featurizer:
        """Slots of type any and those that say `influence_conversation: false` tell nothing."""
        telling = {
            name: slot
            for name, slot in domain.slots.items()
            if slot.type != "any" and slot.influence_conversation and name != REQUESTED_SLOT
        }
        return cls(telling, domain)

    def features(self, frame: Frame) -> Features:
        """What was heard (intents, names of entities), done last, is known, and whether a form runs."""
        found = [("last", frame.last)]
        if frame.needs:
            found.append(("intent", intent_of(frame.needs)))
        found += [("entity", name) for name in sorted(set(self._entities(frame)))]
        found += [(f"slot {name}", told) for name, slot in self.slots.items() if (told := _told(slot, frame.slots))]
        if frame.loop is not None:
            found.append(("loop", frame.loop))
        return tuple(found)

    def _entities(self, frame: Frame) -> Iterable[str]:
        """The entities that the intents let through (use_entities, ignore_entities)."""
        intents = [self.domain.intents[name] for name in frame.needs if name in self.domain.intents]
        for entity in frame.entities:
            used = [one.use_entities is None or entity in one.use_entities for one in intents]
            ignored = [entity in one.ignore_entities for one in intents]
            if not intents or any(use and not ignore for use, ignore in zip(used, ignored, strict=True)):
                yield entity


def intent_of(needs: tuple[str, ...]) -> str:
    """The needs heard as one name: 'a+b' for several, and a retrieval intent without its kind."""
    return "+".join(ordered_needs(tuple(need.partition("/")[0] for need in needs)))


def _told(slot: Slot, slots: Mapping[str, Any]) -> str:
    """What the value says; empty where it is not set. Of texts and lists only that they are set counts."""
    kept = slots.get(slot.name)
    if kept is None or kept.value is None:
        return ""
    match slot.type:
        case "bool":
            return str(kept.value in (True, 1) or str(kept.value).lower() in ("true", "1"))
        case "categorical":
            named = {str(value).lower() for value in slot.values}
            told = str(kept.value).lower()
            return told if told in named else "__other__"
        case "float":
            return str(kept.value)
        case "list":
            return SET if kept.value else ""
        case _:
            return SET
