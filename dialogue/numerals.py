"""Numbers in Chinese characters, as they are read aloud."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_TELEPHONE = "零幺二三四五六七八九"
_SIZES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))


def read_number(number: str) -> str:
    """A decimal number ('8600', '-3.5', '1,024') in words, with 两 at the head of hundreds and more (两千), as people say.

    One too long to be a quantity is read digit by digit.
    """
    sign = "负" if number.startswith("-") else ""
    whole, _, fraction = number.lstrip("+-").replace(",", "").partition(".")
    if len(whole) > 16:
        return sign + read_digits(whole)
    said = read_whole(int(whole or "0"))
    if said.startswith(("二百", "二千", "二万", "二亿")):
        said = "两" + said[1:]
    return sign + said + (f"点{read_digits(fraction)}" if fraction else "")


def read_whole(number: int) -> str:
    """Not below 0: 8600 -> 八千六百, 12 -> 十二, 10203 -> 一万零二百零三."""
    said = _words(number)
    return said.removeprefix("一") if said.startswith("一十") else said


def read_digits(digits: str) -> str:
    """One character a digit: '2026' -> 二零二六."""
    return "".join(_DIGITS[int(digit)] for digit in digits)


def read_telephone(digits: str) -> str:
    """As read_digits, with 幺 for 1, which is how telephone numbers are told."""
    return "".join(_TELEPHONE[int(digit)] for digit in digits)


def read_count(number: str) -> str:
    """A number before a measure word: a lone 2 is 两 (两年, 两核)."""
    said = read_number(number)
    return "两" if said == "二" else said


def _words(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    size, name = next((size, name) for size, name in _SIZES if number >= size)
    high, low = divmod(number, size)
    gap = _DIGITS[0] if low < size // 10 else ""
    return _words(high) + name + (gap + _words(low) if low else "")
