"""Check digits and shapes of numbers, so that an order number is not taken for a card."""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_ISSUER = re.compile(
    r"62|4\d{15}$|5[1-5]\d{14}$|2[2-7]\d{14}$|3[47]\d{13}$|35\d{14}$|6011|65\d{14}$|955\d|60[13]|68[45]\d|69[0-5]\d|9[0-6]\d{2}\d{12,15}$|98\d{14}$"
)


def is_id(text: str) -> bool:
    """A resident's identity number: 18 places by GB 11643 with its check digit, or the 15 of before 1999."""
    if not _PROVINCE.match(text):
        return False
    if re.fullmatch(r"\d{17}[\dX]", text):
        total = sum(int(figure) * weight for figure, weight in zip(text, _WEIGHTS, strict=False))
        return text[17] == _CHECKS[total % 11] and is_date(text[6:14])
    return bool(re.fullmatch(r"\d{15}", text)) and is_date("19" + text[6:12])


def is_date(text: str) -> bool:
    """Eight figures YYYYMMDD of a day between 1900 and 2099."""
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return len(text) == 8 and 1900 <= day.year < 2100


def is_card(text: str) -> bool:
    """A bank card: 15 to 19 figures of a known issuer (ISO/IEC 7812, UnionPay 62 and older Chinese ranges) that pass Luhn."""
    return bool(re.fullmatch(r"\d{15,19}", text)) and bool(_ISSUER.match(text)) and luhn(text)


def luhn(text: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, character in enumerate(reversed(text)):
        figure = int(character) * (1 + place % 2)
        total += figure - 9 if figure > 9 else figure
    return total % 10 == 0
