"""Templates filled in with what an account holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dialogue.adapters.adapters import wish_of
from dialogue.after_call.account import Account
from dialogue.after_call.blocks import Entry, Material, known_text, material_of
from dialogue.after_call.document import Document, Part
from dialogue.after_call.house import House, clean
from dialogue.after_call.scoring import Score, holds
from dialogue.after_call.settings import Section, Template
from dialogue.after_call.vetting import vetting_of
from dialogue.responses import fill_in

Words = Callable[[Section, str], str]
"""Another wording of a section's text; the text itself where there is none."""


def as_written(_section: Section, text: str) -> str:
    """The template's own words."""
    return text


@dataclass(frozen=True, slots=True)
class Filling:
    """What the sections of one document are filled with."""

    account: Account
    house: House
    material: Material
    words: Words = as_written

    def part(self, section: Section) -> Part | None:
        """A section; None where it has nothing to say."""
        if not holds(section.when, self.account, self.house.bot.facts.terms):
            return None
        entries = self.material.blocks.get(section.block, ()) if section.block else ()
        if section.block and not entries:
            said = self._paragraphs(section.empty)
            return Part(section.heading, said) if said else None
        part = Part(
            section.heading,
            self._paragraphs(self._text(section)),
            _table(section.columns, entries, self.material.values),
            tuple(fill_in(section.line, {**self.material.values, **entry}.get) for entry in entries) if section.line else (),
        )
        return part if part.paragraphs or part.table or part.items else None

    def _text(self, section: Section) -> str:
        """The section's text in the client's style: the variant of a preference or persona heard, and a model's words."""
        liked = next((name for name in preferences(self.account, self.house) if name in section.variants), "")
        filled = "\n".join(self._paragraphs(section.variants.get(liked) or section.text))
        return self.words(section, filled) if section.worded and filled else filled

    def _paragraphs(self, template: str) -> tuple[str, ...]:
        """One a line; a line that names what is not known is left out."""
        lines = (known_text(line, self.material.values) for line in template.splitlines() if line.strip())
        return tuple(line for line in lines if line)


def document_of(
    name: str, template: Template, account: Account, score: Score, house: House, words: Words = as_written
) -> Document:
    """A document by its template. What a client reads is vetted."""
    vetting = vetting_of(account, house)
    shown = vetting.shown if template.audience == "client" else clean
    filling = Filling(account, house, material_of(account, score, house, shown), words)
    parts = tuple(part for section in template.ordered if (part := filling.part(section)) is not None)
    title = known_text(template.title, filling.material.values) or name
    document = Document(name, title, parts, known_text(template.footer, filling.material.values))
    left_out = any(house.settings.texts["left_out"] in text for text in document.texts())
    return replace(document, notes=tuple(vetting.notes) if left_out else ())


def preferences(account: Account, house: House) -> tuple[str, ...]:
    """What the client was heard to prefer, and the persona that spoke with him."""
    wish = wish_of(account.state, house.bot.settings.adapters)
    return (*wish.preferences, *((wish.persona,) if wish.persona else ()))


def _table(columns: Mapping[str, str], entries: tuple[Entry, ...], values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The entries in columns under their headings; columns in which nothing stands are left out."""
    if not columns or not entries:
        return ()
    rows = [tuple(fill_in(cell, {**values, **entry}.get) for cell in columns.values()) for entry in entries]
    kept = [index for index in range(len(columns)) if any(row[index] for row in rows)]
    heads = tuple(columns)
    return tuple(tuple(row[index] for index in kept) for row in (heads, *rows))
