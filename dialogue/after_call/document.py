"""A document as a value, and written as Markdown. Texts are plain: whatever stands in them is shown as it is, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A section: paragraphs, then a table (the first row is its head) or a list."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """`name` is that of its files. `notes` are for the house: what was left out of it, and why."""

    name: str
    title: str
    parts: tuple[Part, ...]
    footer: str = ""
    notes: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Every text in it."""
        yield self.title
        for part in self.parts:
            yield from (part.heading, *part.paragraphs, *part.items)
            for row in part.table:
                yield from row
        yield self.footer


_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#&$])")
_LINKS = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
"""What makes a link of bare words in GitHub's Markdown."""
_AT_START = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)](?:\s|$)))")


def markdown(document: Document) -> str:
    """The document in Markdown as GitHub reads it."""
    blocks = [f"# {escaped(document.title)}"]
    for part in document.parts:
        if part.heading:
            blocks.append(f"## {escaped(part.heading)}")
        blocks += [escaped(paragraph) for paragraph in part.paragraphs]
        if part.table:
            blocks.append("\n".join(_table(part.table)))
        if part.items:
            blocks.append("\n".join(f"- {escaped(item)}" for item in part.items))
    if document.footer:
        blocks += ["---", escaped(document.footer)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escaped(text: str) -> str:
    """A text that Markdown shows as it stands, on one line."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    line = _LINKS.sub(lambda found: f"\\{found.group(0)}", line)
    return _AT_START.sub(lambda found: f"{found.group(1)}{_harmless(found.group(2))}", line)


def _harmless(start: str) -> str:
    """The start of a line that would make a list, a rule or a heading of it."""
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
        if number == 0:
            yield f"|{' --- |' * len(row)}"
