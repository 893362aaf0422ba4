"""The spoken form of a text: what a clerk would read out, without links and with numbers in words.

`spoken` turns 8600元/月 into 八千六百元每月; `sentences` cuts a reply so that its first words can be heard early.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dialogue.markup import plain, without_gaps
from dialogue.numerals import read_count, read_digits, read_number, read_telephone

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_NUMBER = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d++)(?:\.\d++)?"
"""Entered at its first figure only: a rule that fails behind thousands of figures must not try from each of them."""
_LIANG = "个核台次年天周位种套人万千百亿倍元块兆GT并路份名家条款档秒岁杯组对遍步成副小分毫美港欧度只张间点"
"""First characters of what is counted with 两: 两年, 两核, 两小时; not 二月, 二号, 二楼, 二期."""
_UNITS = {
    "Gbps": "G",
    "Mbps": "兆",
    "vCPU": "核",
    "GHz": "G赫兹",
    "GiB": "G",
    "GB": "G",
    "TiB": "T",
    "TB": "T",
    "MB": "兆",
    "M": "兆",
    "KB": "K",
    "ms": "毫秒",
    "km": "公里",
    "kg": "公斤",
    "㎡": "平方米",
    "m²": "平方米",
    "℃": "摄氏度",
    "°C": "摄氏度",
}
_CURRENCIES = {"¥": "元", "￥": "元", "RMB": "元", "HK$": "港元", "$": "美元", "€": "欧元"}
_SIGNS = {"+": "加", "×": "乘", "*": "乘", "=": "等于", "÷": "除以"}
_COMPARISONS = {">=": "大于等于", "<=": "小于等于", "≥": "大于等于", "≤": "小于等于", ">": "大于", "<": "小于", "≈": "约"}
_EARLY = 24
"""Characters above which a sentence is also cut at a comma: about 5 seconds of speech."""
_SHORTEST = 6
"""A piece cut at a comma has at least this many characters; shorter ones sound chopped."""


def spoken(text: str) -> str:
    """The text as it is said over the phone. Latin words and names such as ERP stay; numbers, money, units, dates and
    telephone numbers become Chinese words; links, Markdown and emoji are left out.
    """
    said = plain(text)
    for pattern, say in _RULES:
        said = pattern.sub(say, said)
    return without_gaps(said).strip()


def sentences(text: str) -> tuple[str, ...]:
    """The text in pieces to be spoken one after the other: cut at 。！？；…, long ones at ， too. Joined they are the text."""
    whole = re.findall(r".+?(?:(?:[。！？；!?;…\n]|\.(?=\s|$))+[”’」』）)\"]*|$)", text.strip(), re.DOTALL)
    return tuple(piece.strip() for sentence in whole for piece in _pieces(sentence) if piece.strip())


def _pieces(sentence: str) -> list[str]:
    if len(sentence) <= _EARLY:
        return [sentence]
    pieces = [""]
    for clause in re.findall(r"[^，,：:]+[，,：:]?|[，,：:]", sentence):
        if len(pieces[-1]) >= _SHORTEST and len(clause) >= _SHORTEST:
            pieces.append("")
        pieces[-1] += clause
    return pieces


def _count(number: str, following: str) -> str:
    """A number before `following`: a lone 2 is 两 where the language wants it."""
    return read_count(number) if following[:1] and following[0] in _LIANG else read_number(number)


def _date(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{read_digits(year)}年{read_number(str(int(month)))}月{read_number(str(int(day)))}日"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found.group(1)), int(found.group(2))
    said = _count(str(hour), "点") + "点"
    if minute in (0, 30):
        return said + ("半" if minute else "")
    return said + ("零" if minute < 10 else "") + f"{read_number(str(minute))}分"


def _range(found: re.Match[str]) -> str:
    """8-16核 -> 8到16核; the later rules read the numbers."""
    return f"{found.group(1)}{found.group(2)}到"


def _counted_range(found: re.Match[str]) -> str:
    return f"{_count(found.group(1), found.group(3))}到{found.group(2)}"


def _money(found: re.Match[str]) -> str:
    currency = _CURRENCIES[found.group(1)]
    first, last, size = found.group(2), found.group(3), found.group(4) or ""
    said = _count(_short(first), size or currency)
    if last:
        said += f"到{_count(_short(last), size or currency)}"
    return said + size + currency


def _amount(found: re.Match[str]) -> str:
    return _count(_short(found.group(1)), found.group(2)) + found.group(2)


def _short(number: str) -> str:
    """An amount without the zeros after its point: 199.00 -> 199."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _percent(found: re.Match[str]) -> str:
    return ("千分之" if found.group(2) == "‰" else "百分之") + read_number(found.group(1))


def _fraction(found: re.Match[str]) -> str:
    above, below = found.groups()
    if int(above) >= int(below):
        return found.group(0)
    return f"{read_number(below)}分之{read_number(above)}"


def _with_unit(found: re.Match[str]) -> str:
    unit = _UNITS[found.group(2)]
    return _count(found.group(1), unit) + unit


def _terabytes(found: re.Match[str]) -> str:
    """1024G is called 1T."""
    whole, rest = divmod(int(found.group(1)), 1024)
    return found.group(0) if rest or not whole else f"{whole}T"


def _dotted(found: re.Match[str]) -> str:
    """A version or an address: 2.3.1, 192.168.1.1."""
    return "点".join(read_digits(part) if len(part) > 2 else read_number(part) for part in found.group(0).split("."))


def _after_letters(found: re.Match[str]) -> str:
    """A model's number: A100, IPv6, RTX4090."""
    number = found.group(0)
    return read_digits(number) if number.isdigit() and (len(number) > 3 or number.startswith("0")) else read_number(number)


def _any_number(found: re.Match[str]) -> str:
    before, number, following = found.groups()
    code = number.isdigit() and (len(number) > 8 or (len(number) > 1 and number.startswith("0")))
    if code:
        return before + read_digits(number)
    return before + (read_number(number) if before == "第" else _count(number, following))


def _telephone(found: re.Match[str]) -> str:
    return read_telephone(re.sub(r"\D", "", found.group(0)))


def _named_number(found: re.Match[str]) -> str:
    name, digits = found.group(1), re.sub(r"\D", "", found.group(2))
    return name + read_telephone(digits)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _rule(pattern: str, say: Callable[[re.Match[str]], str] | str) -> Rule:
    return re.compile(pattern), (lambda found: found.expand(say)) if isinstance(say, str) else say


_LINKED = r"(?:[%‰]|[A-Za-z]{1,4}|[\u4e00-\u9fff]{1,2})?"
_RULES: tuple[Rule, ...] = (
    # Whole forms first, in which a dash, a dot or a colon has a meaning of its own.
    _rule(r"(?<!\d)((?:19|20)\d\d)[-/.年](0?[1-9]|1[0-2])[-/.月](3[01]|[12]\d|0?[1-9])(?!\d)日?", _date),
    _rule(r"(?<!\d)((?:19|20)\d\d)(?=年|\s*[-~～—–到至]\s*(?:19|20)\d\d年)", lambda found: read_digits(found.group(1))),
    _rule(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)", _time),
    _rule(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _telephone),
    _rule(r"(?<![\d.])[48]00[- ]?(?:\d{3}[- ]?\d{4}|\d{4}[- ]?\d{3})(?!\d)", _telephone),
    _rule(r"(?<![\d.])0\d{2,3}[- ]\d{7,8}(?!\d)", _telephone),
    _rule(
        r"((?:电话|热线|拨打|致电|分机|尾号)(?:号码)?[是为：: ]{0,2})(\d[\d -]{1,14}\d)(?![\d.]|\s*[元万千个年])", _named_number
    ),
    _rule(r"((?:单号|编号|工号|账号|卡号|邮编|验证码)[是为：: ]{0,2})(\d[\d -]{2,}\d)(?!\d)", _named_number),
    _rule(r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", _dotted),
    # Codes lose their hyphens, ranges get their word.
    _rule(r"(?<![A-Za-z\d])[A-Za-z][A-Za-z\d]*(?:-[A-Za-z\d]+)+", lambda found: found.group(0).replace("-", " ")),
    _rule(
        rf"(?<![\dA-Za-z.-])((?:{_either(_CURRENCIES)})?{_NUMBER})({_LINKED})\s*(?:--?|[~～–－]|—(?!—))\s*(?={_NUMBER}(?!\d*-\d))",
        _range,
    ),
    _rule(r"(?<=[点半分日月零一二三四五六七八九])\s*[-~～–—－]\s*(?=[一二三四五六七八九十两零])", "到"),
    # Signs around numbers.
    _rule(r"(?:(?<=[约了是为到])|(?<![\dA-Za-z\u4e00-\u9fff)）]))[-－−](?=\d)", "负"),
    _rule(r"(?<=[元块万千亿\dGTMB兆次条分])\s*/\s*(?=月|年|天|日|周|季|小时|分钟|秒|次|人|台|个|核|G|T|条|用户|分)", "每"),
    _rule(r"(?<![\d/.])(\d{1,2})/(\d{1,2})(?![\d/.])", _fraction),
    _rule(rf"({_either(_CURRENCIES)})\s*({_NUMBER})(?:到(?:{_either(_CURRENCIES)})?({_NUMBER}))?\s*([千万亿])?元?", _money),
    _rule(rf"({_NUMBER})到({_NUMBER})(?=(.?))", _counted_range),
    _rule(rf"({_NUMBER})\s*([千万亿]?(?:元|块|美元|港元|欧元))", _amount),
    _rule(rf"({_NUMBER})\s*([%‰])", _percent),
    _rule(r"(?<![\d.,])(\d{4,12})\s*GB?(?![A-Za-z])", _terabytes),
    _rule(rf"({_NUMBER})\s*({_either(_UNITS)})(?![A-Za-z])", _with_unit),
    _rule(r"(?<=[\d万千亿])\+(?!\s*[\dA-Za-z])", "多"),
    _rule(rf"(?<=[\dA-Za-z\u4e00-\u9fff])\s*([{re.escape(''.join(_SIGNS))}])\s*(?=\d)", lambda found: _SIGNS[found.group(1)]),
    _rule(r"(?<=\d)\s*[xX]\s*(?=\d)", "乘"),
    _rule(_either(_COMPARISONS), lambda found: _COMPARISONS[found.group(0)]),
    _rule(r"[~～](?=\d)", "约"),
    # Every number that is left.
    _rule(rf"(?<=[A-Za-z]){_NUMBER}", _after_letters),
    _rule(rf"(第?)({_NUMBER})(?=(.?))", _any_number),
    _rule(r"\s*&\s*", "和"),
    _rule(r"(?<=[A-Za-z\u4e00-\u9fff])\s*/\s*(?=[A-Za-z\u4e00-\u9fff])", "、"),
)
"""In this order; each rule sees what the ones before it left."""
