"""Text folded so that two spellings of the same speech compare equal: what `asr.cer` measures on.

Folded are width, case, punctuation and spaces, traditional characters, numerals as Mandarin reads them (1000 is 一千, 3.5 三点五,
2026年 二零二六年, 2026-1-2 二零二六年一月二日, 10:30 十点三十 and 十点半, 3/4 四分之三, 5-10 五到十, 一百二 一百二十), and,
if wanted, particles.
"""

from __future__ import annotations

import re
import unicodedata
from importlib import resources

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "兆")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?=年)")
_DATE = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)([-/])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_SHORTENED = re.compile("(?<=[一二三四五六七八九])([百千万])([一二三四五六七八九])(?![零一二三四五六七八九十百千万亿点分])")
_BELOW = {"百": "十", "千": "百", "万": "千"}
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
_FRACTION = re.compile(r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])")
_RANGE = re.compile(r"(?<![\d.])([1-9]\d{0,3})[-~—]([1-9]\d{0,3})(?![\d-])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_LONGEST_QUANTITY = 8  # longer runs of digits are phone and order numbers, read digit by digit
PARTICLES = frozenset("啊呀哦喔噢嘛吧呢啦喇嘞咯哩诶唉嗯呃额哈")
"""Characters that carry tone of voice but no content; left out where `particles=False`."""


def spoken_text(text: str) -> str:
    """Only what is spoken: full-width forms folded, letters in capitals, punctuation and spaces dropped. Numerals stay."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LN")


def fold(text: str, particles: bool = True) -> str:
    """The form in which a reference and a hypothesis are compared, character by character."""
    simple = unicodedata.normalize("NFKC", text).upper().translate(_simplified())
    spoken = spoken_text(_NUMBER.sub(lambda found: spoken_number(found.group()), _written_out(simple)))
    spoken = spoken.replace("两", "二").replace("〇", "零").replace("幺", "一").replace("廿", "二十").replace("点半", "点三十")
    spoken = _SHORTENED.sub(lambda found: found[1] + found[2] + _BELOW[found[1]], spoken)
    return spoken if particles else "".join(character for character in spoken if character not in PARTICLES)


def _written_out(text: str) -> str:
    """Figures that are not read as one number, with the words that are read in them."""
    text = _THOUSANDS.sub("", text)
    text = _DATE.sub(lambda found: f"{found[1]}年{int(found[3])}月{int(found[4])}日", text)
    text = _YEAR.sub(lambda found: "".join(_DIGITS[int(digit)] for digit in found.group()), text)
    text = _CLOCK.sub(lambda found: f"{int(found[1])}点" + ("" if found[2] == "00" else found[2]), text)
    text = _FRACTION.sub(r"\2分之\1", text)
    return _RANGE.sub(r"\1到\2", text)


def spoken_number(numeral: str) -> str:
    """Arabic digits as Mandarin reads them: 1000 一千, 10086 一万零八十六, 3.5 三点五, 20% 百分之二十.

    Long runs and those with a leading zero are read digit by digit.
    """
    percent, numeral = numeral.endswith("%"), numeral.rstrip("%")
    whole, _, decimals = numeral.partition(".")
    if len(whole) > _LONGEST_QUANTITY or (len(whole) > 1 and whole.startswith("0")):
        said = "".join(_DIGITS[int(digit)] for digit in whole)
    else:
        said = _integer(int(whole))
    if decimals:
        said += "点" + "".join(_DIGITS[int(digit)] for digit in decimals)
    return "百分之" + said if percent else said


def _integer(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    groups: list[int] = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    said = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            continue
        if said and (group < 1000 or groups[index + 1] == 0):
            said += _DIGITS[0]
        said += _thousands(group) + _GROUPS[index]
    return said.removeprefix("一") if said.startswith("一十") else said


def _thousands(value: int) -> str:
    said, gap = "", False
    for index in range(3, -1, -1):
        digit = value // 10**index % 10
        if digit:
            said += (_DIGITS[0] if gap and said else "") + _DIGITS[digit] + _UNITS[index]
            gap = False
        else:
            gap = True
    return said


_cache: dict[int, str] = {}


def _simplified() -> dict[int, str]:
    """Traditional to simplified, for str.translate; read once from traditional.tsv."""
    if not _cache:
        lines = resources.files("asr").joinpath("traditional.tsv").read_text(encoding="utf-8").splitlines()
        _cache.update({ord(line[0]): line[2] for line in lines if line and not line.startswith("#")})
    return _cache
