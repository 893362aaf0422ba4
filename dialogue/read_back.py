"""Values heard over a telephone are read back before they are written down (跟您核对一下，一三八……对吗)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.domain import VOICE, Form
from dialogue.events import SlotSet
from dialogue.state import DialogueState


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a form's slot for a yes or no (true, false) is about. The form asks for it as for any other slot; where the value did
    not come by one of `channels` it is taken as right."""

    slot: str
    channels: tuple[str, ...] = (VOICE,)


def checked(form: Form, read_back: Mapping[str, ReadBack], state: DialogueState, channel: str) -> tuple[SlotSet, ...]:
    """What the form changes before it looks for what is still missing: a new value is asked about, a wrong one goes."""
    found: list[SlotSet] = []
    for flag, about in read_back.items():
        if flag not in form.required_slots or state.value(about.slot) is None:
            continue
        answered, value = state.slots.get(flag), state.slots[about.slot]
        right = None if answered is None or answered.turn < value.turn else answered.value
        anew = value.turn == state.turn and right is not None  # 不对，是139...: a yes or no is to the value before
        if channel not in about.channels:
            found += [SlotSet(flag, True)] if right is not True else []
        elif right is False and not anew:
            found += [SlotSet(about.slot, None), SlotSet(flag, None)]
        elif (right is None or anew) and answered is not None and answered.value is not None:
            found.append(SlotSet(flag, None))
    return tuple(found)
