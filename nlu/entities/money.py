"""Amounts of money that a cue gives a meaning: 预算两万, 一万五以内, 三千块左右."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nlu import numbers
from nlu.entities.words import alternation
from nlu.text import fold
from nlu.understanding import Entity

_CURRENCY = r"(?:元钱|块钱|元|块|圆|蚊|人民币|rmb)"
_RANGE = rf"(?:{numbers.PATTERN})\s?{_CURRENCY}?\s?(?:到|至|-|~|—)\s?"
_AMOUNT = rf"(?:{_RANGE})?(?P<number>{numbers.PATTERN})[多来几]?(?:\s?(?P<currency>{_CURRENCY}))?(?:钱|人民币)?"
_CONNECTOR = (
    r"(?:呢|的话|嘛|啊|就|也|只|大概|大约|差不多|是|在|有|为|最多|控制|给|不超过"
    r"|不要超过|别超过|就是|我|我们|一年|一个月|每年|每月|,|:|\s)*"
)
_AFTER = r"(?:左右|上下)?(?:的)?"
_NO_MONEY = r"(?![\d.a-z%年月日号点天折周核兆个台人并])"
"""A bare number is no money when one of these follows."""


@dataclass(frozen=True, slots=True)
class MoneyFinder:
    """Finds amounts beside the cues of each entity. Of a range (一万到两万) the upper end counts."""

    cues: Mapping[str, tuple[str, ...]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False)

    def __post_init__(self) -> None:
        patterns = []
        for name, words in self.cues.items():
            cue = alternation(map(fold, words))
            patterns.append((name, re.compile(rf"(?:{cue}){_CONNECTOR}(?P<amount>{_AMOUNT}){_NO_MONEY}")))
            patterns.append((name, re.compile(rf"(?P<amount>{_AMOUNT}){_AFTER}(?:{cue})")))
        object.__setattr__(self, "patterns", tuple(patterns))

    def find(self, folded: str) -> Iterator[Entity]:
        """Amounts with their currency word as span; a figure under 10 without a currency word is no amount."""
        for name, pattern in self.patterns:
            for match in pattern.finditer(folded):
                value = numbers.parse(match["number"])
                if value is not None and (value >= 10 or match["currency"]):
                    start, end = match.span("amount")
                    yield Entity(name, round(value), folded[start:end], start, end, "money")
