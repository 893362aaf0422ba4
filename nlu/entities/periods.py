"""Lengths of contract: 两年, 三个月, 半年, 一个季度, 一年半; 年费, 包月 and 按年 give the unit alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu import numbers
from nlu.pipeline import Period
from nlu.understanding import Entity

_PAST = r"(?<!用了)(?<!做了)(?<!开了)(?<!干了)(?<!过去)(?<!已经)(?<!这)(?<!那)(?<!前)(?<!头)(?<!第)(?<!成立)(?<!\d)(?<!零)(?<!〇)"
"""A length that lies behind (用了两年), an ordinal (第二年) or the rest of a year's number is no contract."""
_NOT_AFTER = r"(?![前后级底初中]|多(?!少)|以前|之前|来了?|以来|\s?\d+月)"
_NUMBER = rf"(?P<number>{numbers.PATTERN})"
_LENGTHS = (
    (re.compile(rf"{_PAST}{_NUMBER}\s?年(?P<half>半)?{_NOT_AFTER}"), "year", 1, 6),
    (re.compile(rf"{_PAST}(?P<number>半)\s?年{_NOT_AFTER}"), "month", 12, 0),
    (re.compile(rf"{_PAST}{_NUMBER}\s?个半月{_NOT_AFTER}"), "month", 1, 0),
    (re.compile(rf"{_PAST}{_NUMBER}\s?个\s?(?P<half>半)?(?:月|号头){_NOT_AFTER}"), "month", 1, 0),
    (re.compile(rf"{_PAST}{_NUMBER}\s?个?\s?季度?{_NOT_AFTER}"), "month", 3, 0),
)
"""Pattern, unit, units in one, months that a following 半 adds."""
_YEARLY = re.compile(r"年费|包年|按年|年付|年租|年价|每年|年度费用|全年|论年|年框")
_MONTHLY = re.compile(r"月费|包月|按月|月付|月租|月价|每个?月|论月")


def find(folded: str, period: Period) -> Iterator[Entity]:
    """Two entities, unit and count, with the same span for a length; only the unit for a manner of paying."""
    for pattern, unit, units, half_months in _LENGTHS:
        for match in pattern.finditer(folded):
            count = 0.5 if match["number"] == "半" else numbers.parse(match["number"])
            if count is None or not 0 < count <= 120:
                continue
            yield from _length(match, period, (unit, count * units, half_months))
    for pattern, unit in ((_YEARLY, "year"), (_MONTHLY, "month")):
        for match in pattern.finditer(folded):
            yield Entity(period.unit, unit, match.group(), match.start(), match.end(), "period")


def _length(match: re.Match[str], period: Period, length: tuple[str, float, int]) -> Iterator[Entity]:
    unit, count, half_months = length
    if match.groupdict().get("half") and half_months:
        unit, count = "month", count * 12 + half_months
    if count != int(count):
        return
    start, end = match.span()
    yield Entity(period.unit, unit, match.group(), start, end, "period")
    if period.count:
        yield Entity(period.count, int(count), match.group(), start, end, "period")
