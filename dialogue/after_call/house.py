"""What an account is written with: the bot's files, its guard, and what things are called."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.after_call.settings import AfterCallSettings, settled
from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.facts import ID, SEPARATOR, Facts
from dialogue.guard import Guard, guard_of
from dialogue.guard.context import LookedUp
from dialogue.responses import readable
from dialogue.slots import filled_by

NAME = "name"
"""The column that says what a row is called."""
_LONGEST = 200
"""Characters of one value: a name of more is none."""
_SHORTEST = 6
"""Characters of a cell that is known again in a reply; shorter ones stand there by chance."""


@dataclass(frozen=True, slots=True)
class House:
    """One version of a bot, as documents are written of it."""

    bot: Bot
    guard: Guard
    settings: AfterCallSettings
    names: Mapping[str, str]
    """What the ids of entities are called: the first wording of each synonym."""
    personal: frozenset[str]
    """Slots that hold personal data: names of people, telephone numbers."""
    phones: frozenset[str]
    """Those of them that hold telephone numbers."""
    row_slots: tuple[str, ...]
    """Slots that actions fill with the id of a row told."""
    lead_fields: tuple[str, ...]
    """Slots that actions of kind lead write down."""
    prose: tuple[tuple[LookedUp, str, str], ...]
    """The texts of the tables, with their rows and columns."""

    @classmethod
    def of(cls, bot: Bot) -> House:
        """Read from the bot's files; worth keeping as long as they stand."""
        names: dict[str, str] = {}
        for wording, value in bot.training.synonyms.items():
            names.setdefault(value, wording)
        actions = bot.settings.actions.values()
        rows = [slot for action in actions for slot, column in action.set.items() if column == ID]
        fields = [slot for action in actions if action.kind == "lead" for slot in action.fields]
        return cls(
            bot,
            guard_of(bot),
            settled(bot.settings.after_call),
            names,
            personal_slots(bot),
            filled_by(bot.domain, bot.pipeline.phone or ""),
            tuple(dict.fromkeys(rows)),
            tuple(dict.fromkeys(fields)),
            tuple(_prose(bot.facts)),
        )

    def label(self, name: str) -> str:
        """What a slot, a column or an intent is called; its own name where nobody says."""
        asked = (action.labels[name] for action in self.bot.settings.actions.values() if name in action.labels)
        return self.settings.labels.get(name) or next(asked, "") or name

    def value(self, slot: str, value: Any) -> str:
        """A value as people write it: with its unit, an id by its name."""
        if isinstance(value, (list, tuple)):
            return "、".join(self.value(slot, one) for one in value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return readable(value) + next((unit for end, unit in self.settings.units.items() if slot.endswith(end)), "")
        text = readable(value)
        row = self.row(text)
        return clean(self.settings.values.get(text) or (row and str(row.row.get(NAME) or "")) or self.names.get(text) or text)

    def row(self, identity: Any) -> LookedUp | None:
        """The row with this id, of whichever table."""
        for table in self.bot.facts.tables.values():
            row = table.row(identity) if isinstance(identity, str) else None
            if row is not None:
                return LookedUp(table.name, row)
        return None

    def rows_in(self, text: str) -> tuple[tuple[LookedUp, str], ...]:
        """The rows of which a cell stands word for word in a text, and that cell's column."""
        return tuple((row, column) for row, column, cell in self.prose if cell in text)


def _prose(facts: Facts) -> Iterator[tuple[LookedUp, str, str]]:
    """The cells by which a row is known again: long, and of no other row of the table."""
    for table in facts.tables.values():
        cells = Counter(cell for row in table.rows for cell in row.values())
        for row in table.rows:
            for column, cell in row.items():
                if column not in (ID, NAME) and isinstance(cell, str) and _is_prose(cell) and cells[cell] == 1:
                    yield LookedUp(table.name, row), column, cell


def _is_prose(cell: str) -> bool:
    return len(cell) >= _SHORTEST and SEPARATOR not in cell


def personal_slots(bot: Bot) -> frozenset[str]:
    """The slots that names of people and telephone numbers fill."""
    entities = [name for name in (bot.pipeline.person, bot.pipeline.phone) if name]
    return frozenset(slot for name in entities for slot in filled_by(bot.domain, name))


def contact_slots(bot: Bot) -> tuple[str, ...]:
    """Who the customer is: those slots, the company's, and what the forms ask for."""
    company = filled_by(bot.domain, bot.pipeline.company) if bot.pipeline.company else set()
    return tuple(slot for slot in bot.domain.slots if slot in personal_slots(bot) or slot in company)


def asked_slots(domain: Domain) -> frozenset[str]:
    """The slots that forms ask for."""
    return frozenset(slot for form in domain.forms.values() for slot in form.required_slots)


def clean(text: str) -> str:
    """A value on one line of a length that people read, without characters that are not seen but change how the rest is read."""
    seen = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text if unicodedata.category(one) != "Cf")
    line = " ".join("".join(seen).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
