"""A stored conversation without personal data: its events with tokens in the words, its state still what they add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dialogue.event_json import from_json, to_json
from dialogue.events import Event, LeadRecorded, SlotSet, UserUttered
from nlu.personal_data.found import Kind
from nlu.personal_data.rows import scrub_row
from nlu.personal_data.scrub import counts
from nlu.personal_data.vault import Vault

_OURS = (
    "event",
    "name",
    "policy",
    "reason",
    "source",
    "input_channel",
    "index",
    "key",
    "to",
    "status",
    "rows",
    "slots",
    "carried",
    "adapter",
    "model",
    "response",
)
"""Keys of an event at its top that hold names of the bot's."""


def scrubbed_events(
    events: Sequence[Event], personal: Mapping[str, Kind] | None = None
) -> tuple[tuple[Event, ...], Mapping[str, int]]:
    """The events without personal data, and the pieces removed by kind.

    `personal` names the slots and entities that hold personal data by what they are (contact_name: NAME): their values
    go wherever they stand, cue or no cue.
    """
    vault = Vault()
    for kind, value in _declared(events, personal or {}):
        vault = vault.taken(kind, value)
    values = [to_json(event) for event in events]
    speech = [{key: child for key, child in value.items() if key not in _OURS} for value in values]
    clean, changed, _ = scrub_row(speech, vault)
    whole = [{**value, **part} for value, part in zip(values, clean, strict=True)]
    return tuple(from_json(value) for value in whole), counts([text for _, text in changed])


def _declared(events: Iterable[Event], personal: Mapping[str, Kind]) -> Collection[tuple[Kind, str]]:
    found: dict[tuple[Kind, str], None] = {}
    for event in events:
        match event:
            case SlotSet(name, value):
                pairs: list[tuple[str, Any]] = [(name, value)]
            case LeadRecorded(fields):
                pairs = list(fields.items())
            case UserUttered(understanding=heard):
                pairs = [(one.entity, text) for one in heard.entities for text in (one.text, one.value)]
            case _:
                pairs = []
        for name, value in pairs:
            if name in personal and isinstance(value, str) and value.strip():
                found[personal[name], value] = None
    return list(found)
