"""Tones that change beside others in Mandarin: third tones, 一, 不, and the neutral tone.

After Y. R. Chao, A grammar of spoken Chinese (1968), section 1.3, and San Duanmu, The phonology of standard Chinese (2007),
chapter 11: within a word first, then from right to left between words, each against what its neighbour has become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

NUMERALS = frozenset("零〇一二三四五六七八九十第幺")
"""Beside these 一 is a figure of a number or an ordinal and keeps its tone."""
LAST = frozenset("统唯万专划")
"""Words that end in 一 (万一, 统一): before another word it keeps its tone as well."""
UNITS = frozenset("百千万亿")
REPEATED = frozenset("看想讲说试听问聊谈等找查算比猜妈爸哥弟妹爷太谢")
"""The second of two is neutral: verbs tried out, kin, 谢谢."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """One character as read. `tone` 1 to 4, 5 neutral, 6 entering; `word`: which word of the run it belongs to; `own`: a reading
    of the dialect itself, which no rule changes."""

    character: str
    initial: str
    final: str
    tone: int
    word: int
    own: bool = False


def settle(run: Sequence[Syllable], changes: Literal["mandarin", "third", "none"]) -> list[Syllable]:
    """The run with the tones that it has when spoken together. `changes`: as in the phonology files."""
    if changes == "none":
        return list(run)
    settled = neutralise(change_third(run))
    return change_one_and_not(settled) if changes == "mandarin" else settled


def neutralise(run: Sequence[Syllable]) -> list[Syllable]:
    """Neutral tones that follow from position: 看看, 看一看, 好不好."""
    found = list(run)
    for at in range(1, len(run)):
        before, syllable = found[at - 1], found[at]
        after = run[at + 1] if at + 1 < len(run) else None
        doubled = syllable.character == before.character and syllable.character in REPEATED
        between = syllable.character in "一不" and after is not None and after.character == before.character
        if doubled or (between and before.character not in NUMERALS):
            found[at] = replace(syllable, tone=5)
    return found


def change_one_and_not(run: Sequence[Syllable]) -> list[Syllable]:
    """一 is said high-falling before tones 1 to 3 and rising before a fourth, unless it counts; 不 rises before a fourth."""
    found = list(run)
    for at, syllable in enumerate(run[:-1]):
        falling = _underlying_fourth(run[at + 1])
        if syllable.character == "不" and syllable.tone == 4 and falling:
            found[at] = replace(syllable, tone=2)
        elif syllable.character == "一" and syllable.tone in (1, 2, 4) and not syllable.own:
            found[at] = replace(syllable, tone=1 if _counts(run, at) else 2 if falling else 4)
    return found


def change_third(run: Sequence[Syllable]) -> list[Syllable]:
    """A third tone before another is said as the second."""
    found = list(run)
    for at in range(len(run) - 2, -1, -1):
        one, after = run[at], run[at + 1]
        if one.tone == 3 and (found[at + 1].tone == 3 or (after.tone == 3 and after.word == one.word)):
            found[at] = replace(one, tone=2)
    return found


def _underlying_fourth(after: Syllable) -> bool:
    return after.tone == 4 or (after.tone == 5 and after.character == "个")


def _counts(run: Sequence[Syllable], at: int) -> bool:
    before = run[at - 1].character if at else ""
    after = run[at + 1].character
    if before in NUMERALS or (before in LAST and after not in UNITS) or before in ("周", "期"):
        return True
    return after in NUMERALS or (after in "月号日" and before not in UNITS)
