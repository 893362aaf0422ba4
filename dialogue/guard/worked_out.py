"""Figures that stand in no text as they are said, but can be worked out: four tyres at 360, half a month for fifteen days."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from dialogue.guard.figures import Figure
from dialogue.guard.sources import Source
from dialogue.guard.units import MEASURES
from nlu import numbers

_CLOSE = 1e-6
_MOST = 1000
"""What a price is multiplied by: as many pieces, heads or months are spoken of in a sentence."""
_HOURS_OF_MONTH = (720.0, 744.0)
"""A month has thirty days, or thirty-one."""
_HOURS_OF_YEAR = 8760.0
_YEARS = re.compile(r"(?P<number>[一两二三四五六七八九十\d]+)年|(?P<half>半年)|(?P<quarter>一个?季度?)")
_TOGETHER = re.compile(r"[加连]|一起|一套|总共|一共|合计|全套|拢共|减|抵|剩|再补|差")
_OF_ONE = re.compile(rf"{MEASURES}")
_FULL_MONEY = 10.0
"""A sum of prices is no small change."""


def worked_out(text: str, figure: Figure, sources: Iterable[Source]) -> bool:
    """Whether `figure` of a folded text follows from what `sources` hold: by another unit, a multiple, a sum or difference."""
    listed = list(sources)
    if figure.kind in ("hours", "months"):
        return any(_same_time(figure, source) for source in listed)
    if figure.kind not in ("yuan", "plain") or figure.aspect:
        return False
    prices = {source.value for source in listed if source.kind == "yuan"}
    meant = {figure.value, *_without_one(text, figure)}
    return any(
        _is(one, other) for one in meant for other in (*prices, *_multiples(text, figure, prices), *_sums(text, figure, prices))
    )


def _is(one: float, other: float) -> bool:
    return abs(one - other) < _CLOSE


def _same_time(figure: Figure, source: Source) -> bool:
    if {figure.kind, source.kind} != {"hours", "months"}:
        return False
    months, hours = (figure.value, source.value) if figure.kind == "months" else (source.value, figure.value)
    return any(_is(months * one, hours) for one in _HOURS_OF_MONTH) or _is(months / 12 * _HOURS_OF_YEAR, hours)


def _without_one(text: str, figure: Figure) -> Iterator[float]:
    """四百二一组: the last 一 belongs to what is counted; the 二 before it are tens."""
    said = text[figure.start : figure.end].rstrip("元块钱")
    if len(said) > 2 and said.endswith("一") and _OF_ONE.match(text, figure.start + len(said)):
        value = numbers.parse(said[:-1])
        yield from () if value is None else (value,)


def _multiples(text: str, figure: Figure, prices: Iterable[float]) -> Iterator[float]:
    others = {one.value for one in numbers.find(text) if one.end <= figure.start or one.start >= figure.end}
    counts = {count for count in others if 2 <= count <= _MOST} | set(_months(text))
    yield from (price * count for price in prices for count in counts)
    yield from (price * one * other for price in prices for one, other in itertools.combinations(counts, 2))


def _months(text: str) -> Iterator[float]:
    for found in _YEARS.finditer(text):
        yield 6.0 if found["half"] else 3.0 if found["quarter"] else 12.0 * (numbers.parse(found["number"]) or 1.0)


def _sums(text: str, figure: Figure, prices: set[float]) -> Iterator[float]:
    if not _TOGETHER.search(text):
        return
    spoken = {one.value for one in numbers.find(text) if one.end <= figure.start or one.start >= figure.end}
    large = {price for price in prices if price >= _FULL_MONEY}
    for one, other in itertools.product(large, large | spoken):
        yield one + other
        yield abs(one - other)
