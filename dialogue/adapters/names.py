"""Names of adapters and tenants. Only small ASCII letters, digits and . _ - : what looks alike is then the same, and none can be
read as a path, an address or another tenant's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ADAPTER = re.compile(r"v(\d{1,6}(?:\.\d{1,6}){0,2})-([a-z0-9](?:[a-z0-9_-]{0,46}[a-z0-9])?)", re.ASCII)
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,46}[a-z0-9])?", re.ASCII)
SHOWN = 60
HASH_SHOWN = 12


class AdapterNameError(ValueError):
    """A name that cannot be one; the message says what it must look like."""


@dataclass(frozen=True, slots=True, order=True)
class AdapterName:
    """v1.2-sales-negotiation: version (1, 2, 0) of the line sales-negotiation."""

    line: str
    version: tuple[int, int, int]
    text: str


def adapter_name(text: str) -> AdapterName:
    """Raises AdapterNameError."""
    found = _ADAPTER.fullmatch(text)
    if found is None:
        raise AdapterNameError(
            f"'{shown(text)}' is no name of an adapter; write a version and a line, in small letters: v1.2-sales-negotiation"
        )
    numbers = [int(number) for number in found.group(1).split(".")]
    major, minor, patch = (*numbers, 0, 0)[:3]
    return AdapterName(found.group(2), (major, minor, patch), text)


def word(text: str, what: str) -> str:
    """A tenant, persona, department or tag. Raises AdapterNameError."""
    if not _WORD.fullmatch(text):
        raise AdapterNameError(
            f"{what} '{shown(text)}' must be up to 48 small ASCII letters and digits, with '-' and '_' between them: sales-north"
        )
    return text


def served_name(tenant: str, name: str, content: str) -> str:
    """What the model server knows an adapter by: its tenant, its name, and the beginning of its content's hash."""
    return f"{tenant}/{name}@{content[:HASH_SHOWN]}"


def belongs_to(served: str, tenant: str) -> bool:
    """Whether an adapter on a model server is this tenant's."""
    return served.startswith(f"{tenant}/")


def shown(text: str) -> str:
    """What was typed, for a message: one line, not too long, nothing that a terminal would obey."""
    safe = "".join(character if character.isprintable() else "?" for character in text)
    return safe if len(safe) <= SHOWN else f"{safe[:SHOWN]}..."
