"""What is wrong with a bot's files, told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.yaml_file import Place, YamlError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that an operator must put right."""

    place: Place
    what: str

    @classmethod
    def of(cls, error: YamlError) -> Fault:
        return cls(error.place, error.what)

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class BotFaults(ValueError):  # noqa: N818 -- it is several
    """The files of a bot cannot be used. The message is one line for one fault, else the first and how many more."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        more = len(self.faults) - 1
        tail = f" (and {more} more; xiangyin validate shows all)" if more > 0 else ""
        super().__init__(f"{self.faults[0]}{tail}")


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, by file and line."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (str(fault.place.file), fault.place.line)))
