"""Whether a sentence only says again what one text of the bot's own says, with other particles: 磕了碰了您当场指出来、拍个照."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.guard.reading import ORDINARY
from nlu.text import is_han

_DENYING = frozenset("不没无免非别未")
_FREE = (ORDINARY | frozenset("元块钱里头来去请先后时候得着过到要只所以如果啦嘞哈即以之")) - _DENYING
"""Characters that may be there or not; never one that denies."""
_LEAST = 4
"""Characters that say something: fewer prove nothing."""
_COVERED = 0.75
"""Share of the clauses retold that a sentence must say itself: left out conditions change what is said."""
_LESS = re.compile(r"不(?:了|过|好意思)|的话|的时候")
"""不 that denies nothing, and what only makes a condition of a clause that is one anyway."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The telling characters of a text's clauses, and of all of it."""

    clauses: tuple[str, ...]
    characters: frozenset[str]


class Retold:
    """The bot's own texts, each as its clauses' telling characters. Thread safe."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        """`texts`: each its normalised clauses (dialogue.guard.meaning)."""
        listed = [tuple(filter(None, map(_telling, clauses))) for clauses in texts]
        self._texts = tuple({one: _Text(one, frozenset("".join(one))) for one in listed if one}.values())

    def says(self, clauses: Iterable[str]) -> bool:
        """Whether each of these clauses lies within one of the same text, and all of them say those nearly whole."""
        told = [telling for clause in clauses if (telling := _telling(clause))]
        said = frozenset("".join(told))
        if sum(map(len, told)) < _LEAST:
            return False
        return any(said <= text.characters and _within(told, said, text) for text in self._texts)


def _within(told: list[str], said: frozenset[str], text: _Text) -> bool:
    used: set[str] = set()
    for clause in told:
        holding = next((own for own in text.clauses if _is_in(clause, own)), None)
        if holding is None:
            return False
        used.add(holding)
    wanted = frozenset("".join(used))
    denied = sum(1 for one in "".join(used) if one in _DENYING) == sum(1 for one in "".join(told) if one in _DENYING)
    return denied and len(wanted & said) >= _COVERED * len(wanted)


def _is_in(clause: str, own: str) -> bool:
    """Whether another clause has all the characters of a clause; what a sentence puts first (安装费就免了) is free."""
    return all(clause.count(character) <= own.count(character) for character in frozenset(clause))


def _telling(clause: str) -> str:
    return "".join(one for one in _LESS.sub("", clause) if is_han(one) and one not in _FREE)
