"""Where something stands in a file that a person wrote, and the error that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from yaml.representer import SafeRepresenter


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: `file:line`; lines and columns from 1, column 0 where it is not known."""

    file: Path
    line: int
    column: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Name(str):
    """A text of a file that knows where it was written; everywhere else it is that text."""

    __slots__ = ("place",)
    place: Place | None

    def __new__(cls, text: str, place: Place | None = None) -> Name:
        made = super().__new__(cls, text)
        made.place = place
        return made


SafeRepresenter.add_representer(Name, lambda dumper, name: dumper.represent_str(str(name)))
"""PyYAML writes only the types that it knows to the letter, and names of a bot go into the cards of its models."""


def place_of(text: str, otherwise: Place) -> Place:
    """Where a name was written, or the place given."""
    return (text.place if isinstance(text, Name) else None) or otherwise


class YamlError(ValueError):
    """A fault in a file that a person wrote; the message begins with file:line. `others` were found along with it."""

    def __init__(self, place: Place, what: str, kind: str = "structure", others: Iterable[YamlError] = ()) -> None:
        super().__init__(f"{place}: {what}")
        self.place = place
        self.what = what
        self.kind = kind
        self.others = tuple(others)

    @classmethod
    def of_all(cls, errors: Iterable[YamlError]) -> YamlError:
        """One error that stands for all of these, of which there is at least one."""
        first, *others = [one for error in errors for one in error.each()]
        return cls(first.place, first.what, first.kind, others)

    def each(self) -> tuple[YamlError, ...]:
        """This error and those found along with it."""
        return (self, *self.others)
