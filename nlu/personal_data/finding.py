"""Personal data in a text: by figures, by patterns, addresses, names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from nlu.personal_data import by_address, by_figures, by_name, by_pattern
from nlu.personal_data.found import KINDS, Found, Kind, merged
from nlu.text import fold


def find(text: str, kinds: Collection[Kind] = KINDS) -> tuple[Found, ...]:
    """What of these kinds stands in the text, left to right without overlaps; spans are those of the text."""
    folded = fold(text)
    certain = merged((*by_pattern.find(folded), *by_figures.find(folded), *by_address.find(folded)))
    named = [one for one in by_name.find(folded) if not _inside(one, certain)]
    everything = merged((*certain, *named))
    form = [one for one in by_name.in_form(folded, everything) if not _inside(one, everything)]
    everything = merged((*everything, *form, *_again(folded, (*everything, *form))))
    return tuple(one for one in everything if one.kind in kinds)


def _again(folded: str, found: Collection[Found]) -> Iterator[Found]:
    """Where a name stands a second time, without what gave it away the first time."""
    for name in {folded[one.start : one.end] for one in found if one.kind == "NAME" and one.end - one.start > 1}:
        yield from (Found("NAME", match.start(), match.end()) for match in re.finditer(re.escape(name), folded))


def _inside(one: Found, others: Collection[Found]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in others)
