"""What is wrong with a bot's files, told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dialogue.place import Place, YamlError

Severity = Literal["error", "warning", "hint"]
"""error: the bot is not taken as it stands; warning: it runs, but not as it was meant; hint: harmless, and better put right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that an operator should put right. `kind` is a word for its sort (intent, slot, contradiction ...)."""

    place: Place
    what: str
    kind: str = "structure"
    severity: Severity = "error"

    @classmethod
    def of(cls, error: YamlError) -> Fault:
        return cls(error.place, error.what, error.kind)

    @classmethod
    def all_of(cls, error: YamlError) -> tuple[Fault, ...]:
        """The fault, and those that were found along with it."""
        return tuple(cls.of(one) for one in error.each())

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
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (str(fault.place.file), fault.place.line, fault.place.column)))


def errors_in(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Those for which a bot is refused."""
    return tuple(fault for fault in faults if fault.severity == "error")
