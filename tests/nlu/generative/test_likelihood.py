"""Shares of labels from what was weighed for each token."""

from __future__ import annotations

import math

import pytest

from nlu.generative.likelihood import Weighed, label_shares


def weighed(text: str, **others: float) -> Weighed:
    return Weighed(text, tuple((other, math.log(share)) for other, share in others.items()))


def test_one_token_holds_the_odds_of_all_letters() -> None:
    tokens = (Weighed('{"i":"'), weighed("B", A=0.1, B=0.6, C=0.1, 好=0.2), Weighed('"}'))
    assert label_shares(tokens, 6, ("A", "B", "C", "D")) == pytest.approx({"A": 0.125, "B": 0.75, "C": 0.125, "D": 0.0})


def test_a_letter_inside_a_longer_token_is_found() -> None:
    tokens = (Weighed('{"i":'), Weighed('"B"}', (('"B"}', math.log(0.5)), ('"A"}', math.log(0.25)), ("B", math.log(0.25)))))
    assert label_shares(tokens, 6, ("A", "B")) == pytest.approx({"A": 1 / 3, "B": 2 / 3})


def test_a_code_of_two_tokens_is_divided_where_it_branches() -> None:
    tokens = (weighed("A", A=0.6, B=0.4), weighed("b", a=0.25, b=0.75))
    assert label_shares(tokens, 0, ("Aa", "Ab", "Ba", "Bb")) == pytest.approx({"Aa": 0.15, "Ab": 0.45, "Ba": 0.2, "Bb": 0.2})


def test_tokens_without_odds_tell_nothing() -> None:
    assert label_shares((Weighed("B"),), 0, ("A", "B")) == {}
    assert label_shares((), 0, ("A", "B")) == {}
