"""Numbers with units: 1000并发, 8核16G, 500G硬盘, 带宽要五兆, 内存16."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlu import numbers
from nlu.entities.words import alternation
from nlu.pipeline import Quantity
from nlu.text import fold
from nlu.understanding import Entity

_CONNECTOR = (
    r"(?:量|数|大小)?[\s,:、]*(?:就|能|可以|想|我)?"
    r"(?:要|是|为|在|得|有|需要|支持|改成|改为|改到|换成|加到|升到|提到|做到|到|给)?(?:个)?"
    r"(?:大概|大约|差不多|起码|至少|最少|最多|到)?(?:要|有|得)?\s*"
)
"""What may stand between a cue and its number: 并发量大概要两千."""
_UNIT_END = r"(?!网|信号|手机|卡)"
"""A 4G network is no memory."""
_BARE_END = r"(?![\d.a-z%年月日号点天块元万周折台])"
"""A bare number is none of ours when one of these follows: it is a date, a price, a share."""
_CLAUSE_END = r"(?:吧|呗|嘛|啊|呀|哈|哦|咯|了)*(?:$|[,。.!?;:、])"
"""Behind a unit that counts anything."""


@dataclass(frozen=True, slots=True)
class QuantityFinder:
    """Finds the quantities of a pipeline. Where several share a unit, a cue beside the number decides, else the order."""

    quantities: Mapping[str, Quantity]
    with_unit: re.Pattern[str] | None = field(init=False)
    bare: Mapping[str, re.Pattern[str]] = field(init=False)
    before: Mapping[str, re.Pattern[str]] = field(init=False)
    after: Mapping[str, re.Pattern[str]] = field(init=False)
    cue: Mapping[str, re.Pattern[str]] = field(init=False)
    owners: Mapping[str, tuple[str, ...]] = field(init=False)
    refused: Mapping[str, re.Pattern[str]] = field(init=False)
    """What may not stand before a quantity's number."""
    loose: Mapping[tuple[str, str], re.Pattern[str]] = field(init=False)
    """What must follow a quantity's unit that counts anything."""

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        units = [fold(unit) for quantity in self.quantities.values() for unit in (*quantity.units, *quantity.loose)]
        pattern = rf"(?<![几数])(?P<number>{numbers.PATTERN})\s?[多来几余]?\s?个?\s?(?P<unit>{alternation(units)}){_UNIT_END}"
        set_(self, "with_unit", re.compile(pattern) if units else None)
        cues = {name: alternation(map(fold, quantity.cues)) for name, quantity in self.quantities.items() if quantity.cues}
        any_unit = rf"(?!\s?[多来几余]?\s?个?\s?(?:{alternation(units)}))" if units else ""
        bare = {name: rf"(?:{cue}){_CONNECTOR}(?P<number>{numbers.PATTERN}){_BARE_END}{any_unit}" for name, cue in cues.items()}
        set_(self, "bare", {name: re.compile(text) for name, text in bare.items()})
        set_(self, "before", {name: re.compile(rf"(?:{cue}){_CONNECTOR}$") for name, cue in cues.items()})
        set_(self, "cue", {name: re.compile(cue) for name, cue in cues.items()})
        set_(self, "after", {name: re.compile(rf"(?:的|左右)*(?:{cue})") for name, cue in cues.items()})
        set_(self, "owners", _owners(self.quantities))
        refused = {name: alternation(map(fold, one.not_after)) for name, one in self.quantities.items() if one.not_after}
        set_(self, "refused", {name: re.compile(rf"(?:{words})$") for name, words in refused.items()})
        loose = {(name, fold(unit)): words for name, one in self.quantities.items() for unit, words in one.loose.items()}
        set_(self, "loose", {key: _behind(words) for key, words in loose.items()})

    def find(self, folded: str) -> Iterator[Entity]:
        """Every quantity in a folded text; the span runs from the number to the end of its unit."""
        if self.with_unit is None:
            return
        taken = 0
        for match in self.with_unit.finditer(folded):
            value = numbers.parse(match["number"])
            if value is None:
                continue
            name, unit = self._owner(folded, match, taken)
            if self._is_other(name, unit, folded, match):
                continue
            taken = match.start("unit") + len(unit)
            yield self._entity(name, value * self._factor(name, unit), folded, (match.start(), taken))
        for name, pattern in self.bare.items():
            for match in pattern.finditer(folded):
                value = numbers.parse(match["number"])
                if value is not None and value >= 1:
                    yield self._entity(name, value, folded, match.span("number"))

    def _is_other(self, name: str, unit: str, folded: str, match: re.Match[str]) -> bool:
        """Whether the words around make something else of the number: 第二台, 两个问题."""
        refused, behind = self.refused.get(name), self.loose.get((name, unit))
        if refused is not None and refused.search(folded[: match.start()]):
            return True
        return behind is not None and not behind.match(folded, match.start("unit") + len(unit))

    def _owner(self, folded: str, match: re.Match[str], taken: int) -> tuple[str, str]:
        """Which quantity a number with a unit belongs to, and its unit; each cue serves one number only."""
        unit = match["unit"]
        before = folded[max(taken, match.start() - 12) : match.start()]
        for name, cue in self.before.items():
            fitting = [one for one, owners in self.owners.items() if unit.startswith(one) and name in owners]
            if fitting and cue.search(before):
                return name, max(fitting, key=len)
        owners = self.owners[unit]
        if len(owners) > 1:
            for name in owners:
                if name in self.after and self.after[name].match(folded, match.end()):
                    return name, unit
        return self._nearest(owners, before), unit

    def _nearest(self, owners: Sequence[str], before: str) -> str:
        """The owner whose cue was said last in this clause (硬盘不用那么大一百G就行), else the first."""
        clause = re.split(r"[,。.!?;:\s]", before)[-1]
        said = {name: [cue.end() for cue in self.cue[name].finditer(clause)] for name in owners if name in self.cue}
        ends = {name: max(found) for name, found in said.items() if found}
        return max(ends, key=lambda name: ends[name]) if ends else owners[0]

    def _factor(self, name: str, unit: str) -> float:
        scale = {fold(key): factor for key, factor in self.quantities[name].scale.items()}
        fitting = [key for key in scale if unit.startswith(key)]
        return scale[max(fitting, key=len)] if fitting else 1.0

    def _entity(self, name: str, value: float, folded: str, span: tuple[int, int]) -> Entity:
        start, end = span
        exact = int(value) if value == int(value) else value
        return Entity(name, exact, folded[start:end], start, end, "quantity")


def _behind(words: Sequence[str]) -> re.Pattern[str]:
    """What follows a unit that counts anything where it counts what these words name."""
    named = f"|{alternation(map(fold, words))}" if words else ""
    return re.compile(rf"(?:{_CLAUSE_END}|的?\s?(?:{numbers.PATTERN}{named}))")


def _owners(quantities: Mapping[str, Quantity]) -> dict[str, tuple[str, ...]]:
    """For each unit the quantities that have it: outright, or (500G + 硬盘) as the beginning of a longer one."""
    units = {name: [fold(unit) for unit in (*quantity.units, *quantity.loose)] for name, quantity in quantities.items()}
    every = {unit for own in units.values() for unit in own}
    owners: dict[str, tuple[str, ...]] = {}
    for unit in every:
        outright = [name for name, own in units.items() if unit in own]
        longer = [name for name, own in units.items() if name not in outright and any(one.startswith(unit) for one in own)]
        owners[unit] = (*outright, *longer)
    return owners
