"""Everything that is written of one session: its documents and its lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dialogue.after_call.account import Account, account_of
from dialogue.after_call.blocks import material_of
from dialogue.after_call.document import Document
from dialogue.after_call.filling import Words, as_written, document_of
from dialogue.after_call.house import House
from dialogue.after_call.lead import Lead, lead_of
from dialogue.after_call.scoring import Score, holds, score_of
from dialogue.after_call.session import Session
from dialogue.after_call.vetting import unsourced
from dialogue.after_call.wording import DocumentWords
from dialogue.responses import fill_in

Wording = Callable[[Account], DocumentWords | None]
"""Who words the sections of an account; None: nobody."""


def not_worded(_account: Account) -> DocumentWords | None:
    """The templates speak."""
    return None


@dataclass(frozen=True, slots=True)
class Report:
    """One session, written up."""

    account: Account
    score: Score
    documents: tuple[Document, ...]
    lead: Lead
    adapter: str = ""
    """Whose voice the documents have."""


def report_of(session: Session, house: House, wording: Wording = not_worded) -> Report:
    """Read the session and write it up by the bot's templates."""
    account = account_of(session, house)
    score = score_of(account, house.settings.lead, house.bot.facts.terms)
    words = wording(account)
    documents = tuple(_documents(account, score, house, words))
    adapter = "" if words is None else words.choice.adapter
    return Report(account, score, documents, lead_of(account, score, house, documents), adapter)


def _documents(account: Account, score: Score, house: House, words: DocumentWords | None) -> tuple[Document, ...]:
    own = _own(material_of(account, score, house).values)
    found = []
    for name, template in house.settings.documents.items():
        if name in house.settings.without or not holds(template.when, account, house.bot.facts.terms):
            continue
        spoken: Words = as_written if words is None else words
        document = document_of(name, template, account, score, house, spoken)
        notes = (*document.notes, *(words.notes if words is not None else ()))
        if template.audience == "client":
            doubtful = unsourced(document, account, house, own)
            notes = (*notes, *(fill_in(house.settings.texts["doubtful"], {"words": one}.get) for one in doubtful))
        found.append(replace(document, notes=tuple(dict.fromkeys(notes))))
        if words is not None:
            words.notes.clear()
    return tuple(found)


def _own(values: Mapping[str, str]) -> Mapping[str, str]:
    """Figures that are neither facts nor the client's: when it was, how long, how many points."""
    return {
        f"own_{name}": values[name] for name in ("date", "began", "minutes", "turns", "score", "satisfaction") if name in values
    }
