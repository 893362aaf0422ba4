"""Which of two finds that overlap is kept."""

from __future__ import annotations

import pytest

from nlu.entities.extractor import resolve
from nlu.understanding import Entity


def one(start: int, end: int, source: str, name: str = "thing") -> Entity:
    return Entity(name, "x", "x" * (end - start), start, end, source)


LOOKUP, REGEX, LINK, TAGGED = one(2, 5, "lookup"), one(2, 5, "regex"), one(0, 5, "linking"), one(1, 4, "tagger")


@pytest.mark.parametrize(
    ("candidates", "kept"),
    [
        ((LOOKUP, REGEX), (LOOKUP,)),
        ((LOOKUP, LINK), (LINK,)),
        ((LOOKUP, TAGGED), (LOOKUP,)),
        ((LOOKUP, one(0, 3, "linking")), (LOOKUP,)),
        ((LINK, TAGGED), (LINK,)),
        ((one(1, 4, "linking"), TAGGED), (one(1, 4, "linking"),)),
        ((TAGGED, one(1, 4, "person")), (one(1, 4, "person"),)),
        ((LOOKUP, one(6, 8, "tagger")), (LOOKUP, one(6, 8, "tagger"))),
        (
            (one(0, 2, "period", "unit"), one(0, 2, "period", "count")),
            (one(0, 2, "period", "count"), one(0, 2, "period", "unit")),
        ),
        ((), ()),
    ],
)
def test_the_longer_one_then_the_order_of_sources_and_guesses_cut_nothing(
    candidates: tuple[Entity, ...], kept: tuple[Entity, ...]
) -> None:
    assert resolve(candidates) == kept
    assert resolve(reversed(candidates)) == kept
