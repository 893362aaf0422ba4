"""Personal data in a text: by figures, by patterns, addresses, names."""

from __future__ import annotations

from collections.abc import Collection

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
    return tuple(one for one in merged((*everything, *form)) if one.kind in kinds)


def _inside(one: Found, others: Collection[Found]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in others)
