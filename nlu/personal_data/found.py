"""What was found: the kind and the place of one piece of personal data, never what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["EMAIL", "ID", "CARD", "PHONE", "PLATE", "DOCUMENT", "ACCOUNT", "ADDRESS", "NAME"]
"""ID is a resident's number, DOCUMENT a passport, permit or social security number, ACCOUNT a WeChat, QQ or similar name."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""In order of precedence: where two overlap, the one named earlier gives its name to both."""


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at [start, end) of a text."""

    kind: Kind
    start: int
    end: int


def merged(found: Iterable[Found]) -> tuple[Found, ...]:
    """Left to right without overlaps; what overlaps becomes one piece, so that nothing of either stays visible."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda item: (item.start, -item.end)):
        if kept and one.start < kept[-1].end:
            last = kept.pop()
            kind = min(last.kind, one.kind, key=KINDS.index)
            kept.append(Found(kind, last.start, max(last.end, one.end)))
        else:
            kept.append(one)
    return tuple(kept)
