"""Words between two needs."""

import pytest

from nlu.student.inputs import kept
from nlu.student.joiners import Joiners, joined
from nlu.text import fold

JOINERS = Joiners(("and", ", and then", "另外", "，另外"))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("play jazz , and then book a table", [2]),
        ("and then what", []),
        ("价格多少，另外能试用吗", [4]),
        ("另外", []),
    ],
)
def test_joiners_are_found_where_words_stand_on_both_sides(text: str, places: list[int]) -> None:
    assert list(JOINERS.places(kept(fold(text), marks=True))) == places


def test_a_part_starts_after_its_joiner_but_the_first_keeps_its_words() -> None:
    tokens = kept(fold("价格多少，另外能试用吗"), marks=True)
    assert JOINERS.start_after(tokens, 4, len(tokens)) == 7
    assert JOINERS.start_after(tokens, 0, 4) == 0


def test_latin_texts_are_joined_with_spaces() -> None:
    assert joined(("play jazz", "book a table"), "and") == "play jazz and book a table"
    assert joined(("多少钱", "能试用吗"), "，") == "多少钱，能试用吗"
