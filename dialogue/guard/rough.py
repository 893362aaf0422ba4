"""Rough quantities, which have no numeral to be read: 一整年, 大半年, 个把月, 好几十万家, 几百个G, 省一大半, 到晚上十点."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dialogue.guard.units import HOURS, MONTHS, TIME
from nlu import numbers

Measure = Literal["yuan", "percent", "discount", "hours", "months", "date", "gb", "mbps", "cores", "concurrency", "count"]

_DIGIT = "一二两三四五六七八九十百千万亿零\\d"

_SHARES = {"小": (0.25, 0.5), "大": (0.5, 1.0)}
_HALF = (0.45, 0.8)
_PART = re.compile(rf"(?<![{_DIGIT}])(?:(?P<share>[小大])半拉?|(?P<half>半)(?:拉|来|多|把|个多|个来))个?(?P<time>{TIME})")
"""小半年, 大半个月, 半个来月."""
_WHOLE = re.compile(r"(?:[一整]|一?整整?)(?:整|一|个)*(?P<time>年|月|季度|周|星期|礼拜|天)(?=[^a-z]|$)")
_ABOUT_ONE = re.compile(rf"(?<![{_DIGIT}])个把(?P<time>{TIME})|(?P<many>[百千万])把(?P<yuan>块|元)")
_FEW = re.compile(
    rf"(?:好几|几|数|好些|若干)(?P<size>[十百千万]*)[多来]?个?(?P<time>{TIME})"
    rf"|一[两俩]个?(?P<short>{TIME})|(?P<both>[俩仨])个?(?P<pair>{TIME})"
)
_MANY = re.compile(
    r"(?:(?P<myriad>成百上千|成千上万|千千万万)|(?P<some>好几|几|数|上|近|过|大几)(?P<size>[十百千万亿]+))(?:[多来])?(?:"
    r"(?P<yuan>块钱?|元|蚊|大洋)|(?P<gb>个?g(?![a-z])|个?gb|个?t(?![a-z])|个?tb)|(?P<mbps>兆)|(?P<cores>个?核)"
    r"|(?P<concurrency>个?并发|(?:个|名)?(?:人|用户)(?:同时|在线|一起))"
    r"|(?P<count>个?(?:家|位|个|台)?(?P<counted>机房|数据中心|节点|客户|企业|用户|商家|公司|门店|网站)))"
)
_NOTES = re.compile(
    rf"(?P<number>{numbers.PATTERN}|[几俩])[张个](?:(?P<hundred>(?:大?红|百元)(?:票子?|钞票?|的?钞票)|红色的?钞票|百元大钞|(?:红色的?)?毛爷爷|老人头)|大团结)"
    rf"(?:[加零又]+(?P<rest>{numbers.PATTERN})[块元])?(?:(?P<below>不到|以内|以下|都不用)|(?P<above>多|出头|挂零|有余))?"
)
"""Banknotes: 五张红票子 is five hundred, 大团结 ten each."""
_SHARE_OF_PRICE = re.compile(
    r"(?:省|便宜|少花|少付|少掏|优惠|降|让)(?:了|掉|下|出|您)?(?:近|将近|差不多|至少|足足|整整)?(?P<part>一大半|一小半|一半|大半)"
)
_CLOCK = re.compile(
    r"(?:到|至|等到|熬到)(?:早上|上午|中午|下午|晚上|夜里|半夜|凌晨|傍晚)(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,2})点"
)
_PART_OF_DAY = re.compile(
    r"(?:[一半]个?(?:上午|下午|晚上|早上|白天)|一[宿夜])(?=[^，。,吗?？]{0,2}(?:就|能|给|把|便|搞|接|弄|装|办|里|内))"
)
"""一个下午就给您接上: as sure as 半天."""
_YEARS = re.compile(r"(?P<year>一年半载)|(?P<days>十天半个?月)")
_ASKED = re.compile(r"[^,，。]{0,6}[?？吗呢]")
_HIS = re.compile(r"等了?|用了?|拖了?|耽误了?|忙了?|过了|这$|那$")
"""Before a rough time: it is the customer's own (让您等了好几天), or one of the past (过了几天)."""
_PARTS = {"一大半": (2.0, 5.0), "一半": (5.0, 5.0), "大半": (2.0, 5.0), "一小半": (5.0, 8.0)}
_BOUNDS = {"上": (1.0, 9.99), "过": (1.0, 9.99), "近": (0.8, 1.0), "成百上千": (0.1, 10.0), "成千上万": (1.0, 99.0)}


@dataclass(frozen=True, slots=True)
class Rough:
    """A quantity at [start, end) of a text, somewhere from `least` to `most` in the unit of its kind (dialogue.guard.figures)."""

    kind: Measure
    least: float
    most: float
    start: int
    end: int
    aspect: str = ""
    vague: bool = False
    """A way of speaking (几天) unless the clause says what of."""


def rough(text: str) -> Iterator[Rough]:
    """The rough quantities of a folded Mandarin text; questions (要几天呢) and the customer's own are none."""
    yield from _parts(text)
    yield from _about_one(text)
    yield from (_few(found) for found in _FEW.finditer(text) if _stated(text, found))
    yield from (_many(found) for found in _MANY.finditer(text) if _stated(text, found))
    yield from map(_notes, _NOTES.finditer(text))
    yield from (Rough("discount", *_PARTS[found["part"]], *found.span()) for found in _SHARE_OF_PRICE.finditer(text))
    for found in _CLOCK.finditer(text):
        hour = numbers.parse(found["hour"]) or 0.0
        yield Rough("date", hour, hour, *found.span())


def _parts(text: str) -> Iterator[Rough]:
    for found in _PART.finditer(text):
        yield _time(found["time"], *_SHARES.get(found["share"] or "", _HALF), found)
    for found in _WHOLE.finditer(text):
        if "整" in found.group():
            yield _time(found["time"], 1.0, 1.0, found)


def _about_one(text: str) -> Iterator[Rough]:
    for found in _ABOUT_ONE.finditer(text):
        if found["time"]:
            yield _time(found["time"], 0.8, 2.0, found)
        else:
            size = _size(found["many"])
            yield Rough("yuan", 0.8 * size, 2 * size, *found.span())
    yield from (Rough("hours", 2.0, 12.0, *found.span()) for found in _PART_OF_DAY.finditer(text))
    for found in _YEARS.finditer(text):
        if found["year"]:
            yield Rough("months", 6.0, 12.0, *found.span())
        else:
            yield Rough("hours", 240.0, 360.0, *found.span())


def _stated(text: str, found: re.Match[str]) -> bool:
    return not (_ASKED.match(text, found.end()) or _HIS.search(text[max(0, found.start() - 4) : found.start()]))


def _time(word: str, least: float, most: float, found: re.Match[str], vague: bool = False) -> Rough:
    if word in MONTHS:
        return Rough("months", least * MONTHS[word], most * MONTHS[word], *found.span(), vague=vague)
    return Rough("hours", least * HOURS[word], most * HOURS[word], *found.span(), vague=vague)


def _few(found: re.Match[str]) -> Rough:
    if found["short"]:
        return _time(found["short"], 1.0, 2.0, found)
    if found["both"]:
        count = 2.0 if found["both"] == "俩" else 3.0
        return _time(found["pair"], count, count, found)
    size = _size(found["size"])
    return _time(found["time"], 2.0 * size, 9.0 * size, found, vague=size < 10)


def _many(found: re.Match[str]) -> Rough:
    size = _size("千") if found["myriad"] else _size(found["size"])
    least, most = _BOUNDS.get(found["some"] or found["myriad"], (2.0, 9.99))
    kind: Measure = next(name for name in ("yuan", "gb", "mbps", "cores", "concurrency", "count") if found[name])
    size *= 1024.0 if kind == "gb" and "t" in found["gb"] else 1.0
    return Rough(kind, least * size, most * size, *found.span(), aspect=found["counted"] or "")


def _notes(found: re.Match[str]) -> Rough:
    worth = 100.0 if found["hundred"] else 10.0
    if found["number"] == "几":
        return Rough("yuan", 2 * worth, 9 * worth, *found.span())
    count = 2.0 if found["number"] == "俩" else numbers.parse(found["number"]) or 1.0
    value = count * worth + ((numbers.parse(found["rest"]) or 0.0) if found["rest"] else 0.0)
    least = value - 0.2 * value if found["below"] else value
    return Rough("yuan", least, value + worth if found["above"] else value, *found.span())


def _size(units: str) -> float:
    return numbers.parse("一" + units) or 1.0 if units else 1.0
