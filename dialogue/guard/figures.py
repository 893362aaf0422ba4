"""Figures in a folded Mandarin text, with what they count: 469元 by the month, 200G of storage, five days until refund."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from dialogue.guard.reading import Reading
from dialogue.guard.rough import Rough, rough
from dialogue.guard.units import HOURS, MEASURES, MONTHS, TIME
from nlu import numbers

Kind = Literal[
    "yuan", "percent", "discount", "hours", "months", "date", "gb", "mbps", "cores", "concurrency", "count", "plain", "foreign"
]
"""What a figure counts. Times are hours (up to weeks) or months; `count` is of what `aspect` names, `foreign` is money of other
countries, `plain` has no unit."""
Bound = Literal["exact", "below", "above", "about", "range"]

PLAIN_FROM = 20
"""Smaller figures without a unit are ways of speaking more often than not (三点, 一起, 十分)."""

_DAYS = 10
"""七日 is a week in Cantonese; from here on 日 without a month is rather a date (十五日)."""

_OUTINGS = tuple("去玩")
"""十月去: a season, no deadline."""
_COUNTED = {
    "机房": "机房|数据中心|节点",
    "客户": "客户|企业|用户|商家|公司",
    "副本": "副本",
    "卡": "推理卡|训练卡|显卡|卡",
}
_UNIT = re.compile(
    r"(?P<about>[多来几余])?(?:"
    r"(?P<percent>%|个百分点|个点(?!的)|成(?![都本功为交立长员绩熟了果千百名份品套天色]))"
    r"|(?P<discount>折)"
    r"|(?P<foreign>美元|美金|港币|港元|欧元|日元|英镑|台币|刀(?!片))"
    r"|(?P<card>[块张个](?:推理|训练|显)?卡|张(?=[,，。！!]|$))"
    r"|(?P<yuan>块钱|块(?![推训显儿去来看硬])|元|圆|蚊|块洋|人民币|大洋|银子|rmb|毛钱|毛(?![病巾笔衣重利孩]))(?P<tenth>[零一二三四五六七八九\d](?![\d个零十百千万年月天位人台份套次期件晚夜趟颗节堂桌张本盒包瓶只条斤平米间副针桶罐箱]))?"
    rf"|(?P<time>个?[多来]?半?(?:{TIME})(?!经验|费|付|租)|年(?=经验))"
    r"|(?P<date>号(?!码|线|机|楼|门)|点(?:钟|半)?(?=前|之前|左右|回|给|来|开|到|上|下))"
    r"|(?P<mbps>兆|mbps|mb/s|m(?![a-z]))"
    r"|(?P<gb>个?gb?(?![a-z])|个?tb?(?![a-z]))"
    r"|(?P<cores>核|个核)"
    r"|(?P<concurrency>个?并发|(?:个|名)?(?:人|用户)(?:同时|在线|一起(?=用|上|访|登|在)))"
    r"|(?P<count>(?:多|余)?(?:个|家|份|处|座|台|位|名|套)(?P<counted>机房|数据中心|节点|客户|企业|用户|商家|公司|副本)?)"
    r")?"
)
_HALF = re.compile(rf"(?<![一二两三四五六七八九十\d])半(?:个)?(?P<time>{TIME})(?!经验)")
_FREE_FORM = re.compile(
    r"(?P<soon>(?:明早|明晚|今夜|当晚|天亮|一觉醒来|明天一早)(?=[^，。,]{0,4}(?:就|前|准|必))|连夜(?=[就给帮把赶弄开装送]))|(?P<half>半价|对折|减半|打对折|一半(?:的)?(?:价|钱))"
    r"|(?P<today>(?:当天|当日)|(?:今天|今日|今晚|今儿个?|明天|明日|明儿个?|后天|上午|下午|中午|晚上)(?=(?:就|内|之内|之前|前|能|可以|一定|肯定|必|准|中午|上午|下午|晚上|早上)))"
    r"|(?:上午|下午|早上|晚上|今晚|明早|中午|凌晨|明天|今天|后天)(?P<clock>\d{1,2}|[一二两三四五六七八九十]{1,2})点"
    r"(?=[钟半整]?(?:准时|之前|前|左右)?[^。，,]{0,3}(?:给您|回|联系您|上线|开通|送|发|过来|结束|截止|涨|办|弄|装))"
    r"|(?P<some>几(?P<size>[十百千万]))(?=[多来]?(?:块|元|蚊))"
)
_PERCENT = re.compile(
    rf"百分之(?P<number>{numbers.PATTERN})|(?P<below>[二三四五六七八九十])分之(?P<above>[一二三四五六七八九])"
    r"|(?P<all>百分之?百(?=在线|可用|达标|返|退))"
)
_IDIOMS = re.compile(
    r"十分(?!钟|之)|百忙|千万(?=别|不|要|记|注意|小心)|万一|双十[一二]|(?<![\d十百])六一八|一五一十|七七八八|乱七八糟|三三两两|三天两头|三番[五两]次|隔三[差岔]五|接二连三|三心二意|九牛一毛|五花八门"
    r"|百分百|一?万?分(?=感谢|抱歉|理解)|第[一二三四五六七八九十百\d]+|[一二三四五六七八九十]+级|一块(?=儿|去|来|看|商量|说)|一分(?=钱|不)"
    r"|[这那哪]一块(?!钱)|等(?:我|一下)?半?[一两几]?分钟|等半(?:分钟|小时)|ipv\d|二十四节气|三百六十行|八百里|a\d{2,}|h\d{2,}|rtx\d+|百货|千里|百年|千家万户|五险一金|四季|五金|一个(?:月|年)(?=内|之内)"
)
_SIZED = re.compile(r"[一二两三四五六七八九十百\d](?:gb?|tb?|m)$")
_PERIOD = re.compile(rf"一个?(?:月|年|季度|台|天|{MEASURES})")
_MEASURED = re.compile(rf"[多来几余]?个?(?:{MEASURES})")
_SIGN = re.compile(r"[¥￥$€]\s*$|(?:rmb|人民币)\s*$")
_RANGE = re.compile(rf"({numbers.PATTERN})(?:到|至|-|~|—)(?={numbers.PATTERN})")
_BELOW = re.compile(r"(?:不到|不足|低于|少于|不超过|不用|连)$")
_ABOUT = re.compile(r"(?:大概|大约|约|差不多|将近|接近|快|近|上下)$")
_SOME_ABOVE = 0.03
"""四百出头 is a dozen more at most,"""
_FEW_ABOVE = 4.0
"""十块出头 three."""
_AFTER_BELOW = re.compile(r"(?:块钱?|元)?(?:不到|以内|以下)")
_AFTER_ABOVE = re.compile(r"(?:块钱?|元)?(?:多|有余|挂零)")
_AFTER_ABOUT = re.compile(r"(?:块钱?|元)?(?:左右|上下)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure at [start, end) of a text. `raw` is the number as said, `value` that in the unit of `kind`."""

    kind: Kind
    value: float
    start: int
    end: int
    raw: float
    bound: Bound = "exact"
    size: float = 1.0
    """How far up `above` and `range` reach: 四百多 stays below 500, 大半年 is six months and up to six more."""
    aspect: str = ""
    """What of: month, year, saving, total; storage, memory; refund, trial; for a count or a plain one the thing counted."""
    vague: bool = False
    """A way of speaking (几天) unless its clause says what of."""


def figures(text: str) -> Iterator[Figure]:
    """Every figure of a text that states something, left to right; idioms and ordinals are none."""
    taken = [found.span() for found in _IDIOMS.finditer(text)]
    found: list[Figure] = []
    for one in (*map(_roughly, rough(text)), *_percentages(text), *_words(text), *_halves(text)):
        if not _overlaps(one.start, one.end, taken):
            found.append(one)
            taken.append((one.start, one.end))
    spans = tuple(one for one in numbers.find(text) if math.isfinite(one.value))
    for at, number in enumerate(map(_without_period, spans, itertools.repeat(text))):
        if _overlaps(number.start, number.end, taken):
            continue
        found += _figure(text, number, spans[at + 1 :])
    yield from sorted(found, key=lambda one: one.start)


def _overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _without_period(number: numbers.Number, text: str) -> numbers.Number:
    """Of 四百六十九一个月 the last 一 belongs to the month."""
    said = text[number.start : number.end]
    if len(said) < 3 or not _PERIOD.match(text, number.end - 1) or said[-2] == "十" or not re.search("[十百千万]", said):
        return number
    value = numbers.parse(said[:-1])
    return number if value is None else numbers.Number(value, number.start, number.end - 1)


def _figure(text: str, number: numbers.Number, following: tuple[numbers.Number, ...]) -> list[Figure]:
    start, end = number.start, number.end
    said = text[start:end]
    if said in ("百", "千", "万", "亿"):
        return []
    ranges = bool(following) and _RANGE.match(text, start) is not None
    unit = _UNIT.match(text, following[0].end if ranges else end)
    if unit is None:
        return []
    plain = Figure("plain", number.value, start, end, number.value, *_bound(text, start, unit, number.value))
    return [one] if (one := _counted(text, plain, unit, said)) is not None else []


def _counted(text: str, plain: Figure, unit: re.Match[str], said: str) -> Figure | None:
    kinds = {key: found for key, found in unit.groupdict().items() if found and key not in ("about", "tenth", "counted")}
    word = next(iter(kinds), "")
    end = max(plain.end, unit.end()) if word else plain.end
    raw = plain.raw
    if word == "yuan" or _SIGN.search(text[: plain.start]):
        tenth = numbers.digits(unit["tenth"]) if word and unit["tenth"] else None
        cents = 0.1 if word and unit["yuan"].startswith("毛") else 1.0
        return replace(plain, kind="yuan", value=(raw + (int(tenth) / 10 if tenth else 0)) * cents, end=end)
    if word == "percent":
        return replace(plain, kind="percent", value=raw * 10 if unit["percent"] == "成" else raw, end=end)
    if word == "discount":
        return replace(plain, kind="discount", value=raw / 10 if raw >= 10 else raw, end=end)
    if word == "time":
        return _time(text, plain, unit["time"].removeprefix("个"), end)
    if word == "date":
        return replace(plain, kind="date", end=end)
    if word == "gb":
        return replace(plain, kind="gb", value=raw * (1024 if "t" in unit["gb"] else 1), end=end)
    if word in ("mbps", "cores", "concurrency", "foreign"):
        return replace(plain, kind=cast(Kind, word), end=end)
    if word == "card":
        return replace(plain, kind="count", end=end, aspect="卡")
    if word == "count":
        return _thing(plain, unit, end, said)
    return _measured(text, plain) if _states(text, plain, said) else None


def _time(text: str, plain: Figure, word: str, end: int) -> Figure | None:
    word = word.lstrip("多来")
    half = word.startswith("半")
    raw, word = plain.raw + (0.5 if half else 0.0), word.removeprefix("半")
    if word == "年" and raw >= 1900:
        return replace(plain, kind="date", end=end)
    if word == "月" and text[end : end + 1] in _OUTINGS:
        return None
    if word == "日" and not text[: plain.start].endswith("月") and raw <= _DAYS:
        return _hours(plain, raw, word, end)
    if word in ("月", "日") and "个" not in text[plain.end : end] and text[plain.end : end].endswith(word):
        return (
            replace(plain, kind="date", end=end)
            if not text[end:].startswith(("内", "之内", "以内"))
            else _hours(plain, raw, word, end)
        )
    if word in MONTHS:
        return replace(plain, kind="months", value=raw * MONTHS[word], end=end)
    return _hours(plain, raw, word, end)


def _hours(plain: Figure, raw: float, word: str, end: int) -> Figure:
    return replace(plain, kind="hours", value=raw * HOURS.get(word, 24.0), end=end)


def _thing(plain: Figure, unit: re.Match[str], end: int, said: str) -> Figure | None:
    """A count is a statement where the thing counted is one that a seller boasts of; 一台 and 两位 are not."""
    thing = next((name for name, words in _COUNTED.items() if re.fullmatch(words, unit["counted"] or "")), "")
    if thing:
        return None if said == "一" else replace(plain, kind="count", end=end, aspect=thing)
    return replace(plain, aspect=unit["count"]) if plain.raw >= PLAIN_FROM else None


def _measured(text: str, plain: Figure) -> Figure:
    """With the word that counts it (五十多个平方): then it is no price, and nothing else that has a unit of its own."""
    word = _MEASURED.match(text, plain.end)
    return plain if word is None else replace(plain, aspect=word.group())


def _states(text: str, plain: Figure, said: str) -> bool:
    """Whether a figure without a unit says something: a larger one, or one that follows a word of money."""
    before = text[max(0, plain.start - 1) : plain.start]
    if before.isascii() and before.isalpha() and not _SIZED.search(text[: plain.start]):
        return False
    if plain.raw >= PLAIN_FROM:
        return True
    return len(said) > 1 and bool(re.search(r"(?:便宜|优惠|减|返|只要|只收|降|打)$", text[: plain.start]))


def _bound(text: str, start: int, unit: re.Match[str], value: float) -> tuple[Bound, float]:
    before, after = text[max(0, start - 4) : start], text[unit.end() :]
    if after.startswith("出头"):
        return "above", max(_SOME_ABOVE * value, _FEW_ABOVE)
    if unit["about"] or _AFTER_ABOVE.match(after):
        return "above", _last_magnitude(value)
    if _BELOW.search(before) or _AFTER_BELOW.match(after):
        return "below", 1.0
    if _ABOUT.search(before) or _AFTER_ABOUT.match(after):
        return "about", 1.0
    return "exact", 1.0


def _last_magnitude(value: float) -> float:
    """The largest power of ten that divides a value: 四百多 ends below 500, 四百二十多 below 430."""
    size = 1.0
    while value >= size * 10 and value % (size * 10) == 0:
        size *= 10
    return size


def _roughly(one: Rough) -> Figure:
    bound: Bound = "range" if one.most > one.least else "exact"
    raw = one.least / 12 if one.kind == "months" and one.least % 12 == 0 else one.least
    aspect = next((thing for thing, words in _COUNTED.items() if one.aspect and re.fullmatch(words, one.aspect)), one.aspect)
    return Figure(one.kind, one.least, one.start, one.end, raw, bound, one.most - one.least, aspect, one.vague)


def _percentages(text: str) -> Iterator[Figure]:
    for found in _PERCENT.finditer(text):
        value = _share(found)
        if value is not None:
            yield Figure("percent", value, *found.span(), value)


def _share(found: re.Match[str]) -> float | None:
    if found["below"]:
        return 100.0 * (numbers.parse(found["above"]) or 0.0) / (numbers.parse(found["below"]) or 1.0)
    return 100.0 if found["all"] else numbers.parse(found["number"])


def _halves(text: str) -> Iterator[Figure]:
    for found in _HALF.finditer(text):
        word = found["time"]
        kind: Kind = "months" if word in MONTHS else "hours"
        yield Figure(kind, 0.5 * (MONTHS.get(word) or HOURS[word]), *found.span(), 0.5)


def _words(text: str) -> Iterator[Figure]:
    """Figures without a numeral: 半价, 当天, 几百块."""
    for found in _FREE_FORM.finditer(text):
        if found["half"]:
            yield Figure("discount", 5.0, *found.span(), 5.0)
        elif found["clock"]:
            yield Figure("date", numbers.parse(found["clock"]) or 0.0, *found.span(), 0.0)
        elif found["today"] or found["soon"]:
            days = 2.0 if (found["today"] or found["soon"]).startswith(("明", "后")) else 1.0
            yield Figure("hours", 24 * days, *found.span(), days, aspect="day")
        else:
            size = numbers.parse(found["size"]) or 10.0
            yield Figure("yuan", size * 2, *found.span(), size, "above", size * 8)


def new_figures(reading: Reading) -> tuple[Figure, ...]:
    """The figures of the new part of what was read, those that reach into it included."""
    return tuple(one for one in figures(reading.text) if one.end > reading.start)
