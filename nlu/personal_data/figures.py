"""Runs of figures as people type and say them: groups, what lies between them, and their digits with places."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.numbers import digits

SPOKEN = "零〇一二三四五六七八九幺妖腰洞拐"
_ONE = rf"[\d{SPOKEN}]"
_GROUP = re.compile(
    rf"(?P<typed>\d+(?!个{_ONE}))"
    rf"|(?P<repeated>(?:[两二三四五六]个|孖|双)(?P<figure>{_ONE}))"
    rf"|(?P<spoken>(?:[{SPOKEN}](?!个{_ONE}))+)"
    rf"|(?P<check>(?<=[\d\s{SPOKEN}])(?:x(?![a-z])|×|叉|艾克斯|爱克斯))"
)
_MARKS = r"[\s\-,、.·()/_~—–]{0,3}"
_FILLER = rf"{_MARKS}(?:嗯|呃|啊|哎|额|诶|这个|那个|然后|再来|后面|接着|最后|中间|前面)(?:就?是)?{_MARKS}"
_BETWEEN = re.compile(rf"(?:{_MARKS}|{_FILLER})")
_TIMES = {"两": 2, "孖": 2, "双": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}


@dataclass(frozen=True, slots=True)
class Group:
    """Figures without a break at [start, end); `text` is them in digits, X for the last place of an identity number."""

    text: str
    start: int
    end: int
    spoken: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring groups read as one number."""

    groups: tuple[Group, ...]
    between: tuple[str, ...]
    text: str
    start: int
    end: int

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(group.text) for group in self.groups)

    @property
    def spoken(self) -> bool:
        return any(group.spoken for group in self.groups)


def runs(folded: str) -> Iterator[tuple[Group, ...]]:
    """Groups that only marks or words of hesitation separate."""
    run: list[Group] = []
    for match in _GROUP.finditer(folded):
        group = _group(match)
        if run and not _BETWEEN.fullmatch(folded, run[-1].end, group.start):
            yield tuple(run)
            run = []
        run.append(group)
    if run:
        yield tuple(run)


def window(folded: str, groups: Sequence[Group]) -> Window:
    """Groups as one number."""
    between = tuple(folded[one.end : other.start] for one, other in itertools.pairwise(groups))
    return Window(tuple(groups), between, "".join(group.text for group in groups), groups[0].start, groups[-1].end)


def _group(match: re.Match[str]) -> Group:
    start, end = match.span()
    if match["typed"]:
        return Group(match["typed"], start, end, False)
    if match["check"]:
        return Group("X", start, end, False)
    if match["repeated"]:
        return Group(_digits(match["figure"]) * _TIMES[match["repeated"][0]], start, end, True)
    return Group(_digits(match["spoken"]), start, end, True)


def _digits(text: str) -> str:
    return digits(text.replace("妖", "幺").replace("腰", "幺")) or ""
