"""What a client wrote or said himself, before it stands in a document of the house's: no promise or order in our name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dialogue.after_call.account import Account
from dialogue.after_call.document import Document
from dialogue.after_call.house import House, clean
from dialogue.after_call.told import computed
from dialogue.guard.context import GuardContext, LookedUp, context_of
from dialogue.guard.reading import read
from dialogue.guard.tracing import Ledger, trace
from dialogue.responses import fill_in

STOPPED = ("promise", "leakage", "injection")
"""What must not be read in our name, whoever said it. How he addresses us and what he names are his own affair: that none of our
texts says a client's name is no reason to leave it out."""


@dataclass(slots=True)
class Vetting:
    """Shows a client's texts, and leaves out those that the guard stops; `notes` say why."""

    house: House
    context: GuardContext
    ledger: Ledger
    notes: list[str] = field(default_factory=list)

    def shown(self, text: str) -> str:
        """The text on one line; in its place a mark where it must not stand."""
        line = clean(text)
        verdict = self.house.guard.check(line, self.context, ledger=self.ledger) if line else None
        if verdict is None or verdict.kind not in STOPPED:
            return line
        note = fill_in(self.house.settings.texts["left_out_note"], {"reason": verdict.reason}.get)
        if note not in self.notes:
            self.notes.append(note)
        return self.house.settings.texts["left_out"]


def vetting_of(account: Account, house: House) -> Vetting:
    context = context_for(account, house)
    return Vetting(house, context, house.guard.ledger(context))


def context_for(account: Account, house: House) -> GuardContext:
    """What a document may speak of: the rows that stand and were told, and what the client said."""
    known = context_of(account.state, house.bot.facts)
    rows = {row.name: row for row in (*(one.row for one in account.standing), *account.rows, *_answered(account, house))}
    return GuardContext(
        rows=tuple(rows.values()),
        values=computed(account.state, house),
        slots=known.slots,
        said=known.said,
    )


def _answered(account: Account, house: House) -> tuple[LookedUp, ...]:
    return tuple(row for told in account.told for row, _ in house.rows_in(told.text))


def unsourced(document: Document, account: Account, house: House, own: Mapping[str, str]) -> tuple[str, ...]:
    """The words of figures in a document that neither facts/ nor the client gave; `own` are values that we know ourselves."""
    known = context_for(account, house)
    ledger = house.guard.ledger(replace(known, values={**known.values, **own}))
    found = (one.words for text in document.texts() for one in trace(read(text), ledger) if one.source is None)
    return tuple(dict.fromkeys(found))
