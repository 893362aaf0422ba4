"""Check digits, by examples of the standards."""

from __future__ import annotations

import pytest

from nlu.personal_data import checks


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999
        ("440524188001010014", False),  # right check digit, nobody alive was born in 1880
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("110105491231002", True),
        ("990105491231002", False),
    ],
)
def test_identity_numbers(text: str, valid: bool) -> None:
    assert checks.is_id(text) is valid


def test_luhn() -> None:
    assert checks.luhn("79927398713")
    assert not checks.luhn("79927398710")


@pytest.mark.parametrize(
    ("text", "valid"), [("6222021234567890128", True), ("6222021234567890127", False), ("1222021234567890", False)]
)
def test_cards_need_an_issuer_and_the_check_digit(text: str, valid: bool) -> None:
    assert checks.is_card(text) is valid
