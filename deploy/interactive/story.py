"""A conversation that went right, as a story of data/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from dialogue.script import NOT_UNDERSTOOD
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import ACTION_LISTEN

_UNSEEN = (ACTION_LISTEN, "action_session_start")


def story_lines(name: str, events: Iterable[Event], domain: Domain) -> tuple[str, ...]:
    """The YAML of a story, as an item of `stories:`; intents, the slots that decide something, and what the bot did.

    What the bot said of its own accord before the first words (the greeting) is left out: other conversations begin otherwise.
    """
    lines = [f"- story: {_scalar(name)}", "  steps:"]
    slots: list[SlotSet] = []
    began = False
    for event in events:
        if isinstance(event, SlotSet):
            if began and _decides(event, domain):
                slots.append(event)
            continue
        if slots and isinstance(event, (UserUttered, ActionExecuted, ActiveLoop)):
            lines += _slots(slots)
            slots = []
        if isinstance(event, UserUttered) and event.text.strip():
            began = True
            lines += _said(event)
        elif began:
            lines += _done(event)
    return (*lines, *_slots(slots))


def _said(event: UserUttered) -> list[str]:
    heard = event.understanding
    lines = [f"  - intent: {'+'.join(heard.intents) or NOT_UNDERSTOOD}  # {' '.join(event.text.split())}"]
    if heard.entities:
        lines.append("    entities:")
        lines += [f"    - {_pair(one.entity, one.value)}" for one in heard.entities]
    return lines


def _done(event: Event) -> list[str]:
    if isinstance(event, ActionExecuted) and event.name not in _UNSEEN:
        return [f"  - action: {event.name}"]
    if isinstance(event, ActiveLoop):
        return [f"  - active_loop: {event.name or 'null'}"]
    return []


def _slots(slots: Sequence[SlotSet]) -> list[str]:
    last = {slot.name: slot.value for slot in slots}
    return ["  - slot_was_set:", *(f"    - {_pair(name, value)}" for name, value in last.items())] if last else []


def _decides(event: SlotSet, domain: Domain) -> bool:
    slot = domain.slots.get(event.name)
    return event.name != REQUESTED_SLOT and slot is not None and slot.influence_conversation


def _pair(name: str, value: Any) -> str:
    return f"{name}: {_scalar(value)}"


def _scalar(value: Any) -> str:
    """A value as YAML in one line."""
    bare = str(value) if isinstance(value, str) else value  # a name out of a file is more than a str, which YAML refuses
    written = yaml.safe_dump(bare, allow_unicode=True, default_flow_style=True, width=10**6)
    return written.removesuffix("\n").removesuffix("\n...")
