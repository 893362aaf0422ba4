"""Chinese numerals: 一千二 is 1200, 两百零三 is 203, 1.5万 is 15000, 3k is 3000, 十来个 is about 10."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **{"两": 2, "俩": 2, "幺": 1, "洞": 0, "拐": 7},
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_SHORT = {"廿": "二十", "卅": "三十"}
_MAGNITUDE = {"k": 1_000, "w": 10_000, "m": 1_000_000, **_UNITS, **_MYRIADS}

_SPOKEN = "零〇一二三四五六七八九两俩壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿廿卅"
_ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
# k and w count as magnitudes only where no Latin letter follows (3kw, 2wd are something else).
PATTERN = (
    r"(?!(?<=[宜大高小快低少好多有差早晚])一点)"  # 便宜一点四核的: the 一点 is no number
    rf"(?:(?:{_ARABIC})(?:\s?(?:[kw](?![a-z])|[十百千万亿]+)(?:[零\d]\d*(?:[千百十](?![a-z]))?|[一二三四五六七八九](?![年月个天]))?)?"
    rf"|[{_SPOKEN}]+(?:点[零〇一二三四五六七八九]+[万亿]?)?)"
    r"(?:[多来几余][万亿])?"
)
"""A numeral in folded text, Arabic or Chinese, with its magnitude. Not every match is a number: `parse` decides."""
_ARABIC_PARTS = re.compile(
    rf"(?P<head>{_ARABIC})\s?(?P<magnitude>[kw]|[十百千万亿]+)?(?P<tail>[零\d]?\d*[千百十]?|[一二三四五六七八九])"
)
_RANGE = re.compile(r"(?:一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)(?=[十百千万亿]|$)")
_ABOUT = re.compile(r"[多来几余]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at [start, end) of the folded text."""

    value: float
    start: int
    end: int


_FIND = re.compile(PATTERN)


def find(folded: str) -> tuple[Number, ...]:
    """Every numeral of a folded text, left to right; a lone 一 in 一下 or 一样 counts as well: the caller knows the unit."""
    values = ((match, parse(match.group())) for match in _FIND.finditer(folded))
    return tuple(Number(value, *match.span()) for match, value in values if value is not None)


def parse(text: str) -> float | None:
    """The value of one folded numeral, None if it is none. Ranges (三五千) give their upper end; 多, 来, 几 are left out."""
    bare = _ABOUT.sub("", text.strip())
    if not bare:
        return None
    if bare[0].isdigit() and bare[0].isascii():
        return _arabic(bare)
    for short, long in _SHORT.items():
        bare = bare.replace(short, long)
    whole, dot, fraction = bare.partition("点")
    if dot:
        return _decimal(whole, fraction)
    return _spoken(_upper_ends(whole))


def _upper_ends(text: str) -> str:
    """三五千 as 五千; a longer row of digits (二零二六) stays as it is."""
    plain = not any(character in _UNITS or character in _MYRIADS for character in text)
    return text if plain and len(text) > 2 else _RANGE.sub(lambda match: match.group()[-1], text)


def digits(text: str) -> str | None:
    """A figure spoken digit by digit (幺三八...) as Arabic digits; None when something else is in it."""
    figures = [character if character.isascii() and character.isdigit() else _DIGITS.get(character) for character in text]
    return None if None in figures else "".join(str(figure) for figure in figures)


def _arabic(text: str) -> float | None:
    match = _ARABIC_PARTS.fullmatch(text)
    if match is None:
        return None
    value = float(match["head"].replace(",", ""))
    magnitude = 1.0
    for character in match["magnitude"] or "":
        magnitude *= _MAGNITUDE[character]
    value *= magnitude
    tail = match["tail"]
    if not tail:
        return value
    if magnitude == 1:
        return None
    return value + _tail(tail, magnitude)


def _tail(tail: str, magnitude: float) -> float:
    """What follows a magnitude: 1万5 and 1万5千 are 15000, 1万零5 is 10005."""
    figure = digits(tail.strip("零千百十")) or "0"
    if tail[-1] in _UNITS:
        return float(figure) * _UNITS[tail[-1]]
    if tail.startswith("零") or len(figure) > 1:
        return float(figure)
    return float(figure) * magnitude / 10


def _decimal(whole: str, fraction: str) -> float | None:
    magnitude = 1.0
    while fraction and fraction[-1] in _MYRIADS:
        magnitude *= _MYRIADS[fraction[-1]]
        fraction = fraction[:-1]
    head, tail = _spoken(whole), digits(fraction)
    return None if head is None or not tail else float(f"{int(head)}.{tail}") * magnitude


def _spoken(text: str) -> float | None:
    if text[:1] in _MYRIADS or text == "千万":
        return None
    if not any(character in _UNITS or character in _MYRIADS for character in text):
        figure = digits(text)
        return float(figure) if figure else None
    total = section = 0.0
    digit: int | None = None
    last_unit = 1.0
    zero = False
    for character in text:
        if character in _DIGITS:
            zero = zero or _DIGITS[character] == 0
            digit = _DIGITS[character]
        elif character in _UNITS:
            last_unit, zero = float(_UNITS[character]), False
            section += (1 if digit is None else digit) * last_unit
            digit = None
        elif character in _MYRIADS:
            last_unit, zero = float(_MYRIADS[character]), False
            section += digit or 0
            total = (total + (section or 1)) * last_unit if last_unit > total else total + (section or 1) * last_unit
            section, digit = 0.0, None
        else:
            return None
    if digit is not None:
        section += digit * (last_unit / 10 if last_unit > 10 and not zero else 1)
    return total + section
