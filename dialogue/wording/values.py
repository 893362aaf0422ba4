"""What was filled into a response, read back from its words; and the row of the facts that it came from."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping

from dialogue.domain import ResponseVariation
from dialogue.facts import Facts, Row
from dialogue.responses import PLACEHOLDER, fill_in, placeholders, readable


def filled(variations: Iterable[ResponseVariation], text: str) -> Mapping[str, str]:
    """What was filled in for the placeholders of a response, as it stands in its words; nothing of a text that is none of its
    variations."""
    for variation in variations:
        found = _pattern(variation.text).fullmatch(text)
        if found is not None:
            return dict(zip(placeholders(variation.text), found.groups(), strict=True))
    return {}


@functools.lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    parts, end = [], 0
    for found in PLACEHOLDER.finditer(template):
        parts.append(re.escape(template[end : found.start()]))
        parts.append("(.*?)" if found.group(1) else re.escape(found.group(0)[0]))
        end = found.end()
    return re.compile("".join((*parts, re.escape(template[end:]))), re.DOTALL)


def row_of(values: Mapping[str, str], facts: Facts) -> Row:
    """The only row of the facts that has all these values in the columns of those names; {} where none or several do."""
    found: list[Row] = []
    for table in facts.tables.values():
        told = {name: value for name, value in values.items() if name in table.columns}
        if told:
            found += (row for row in table.rows if all(readable(row.get(name)) == value for name, value in told.items()))
    return found[0] if len(found) == 1 else {}


def phrase(template: str, known: Callable[[str], object]) -> str | None:
    """A template filled in; None where it lacks a value."""
    values = {name: known(name) for name in placeholders(template)}
    return None if any(value in (None, "") for value in values.values()) else fill_in(template, values.get)


def others_of(name: str, value: str, facts: Facts) -> tuple[str, ...]:
    """What stands in other rows of the column of this name; nothing of a value that no row has."""
    columns = (
        [str(row[name]) for row in table.rows if row.get(name)] for table in facts.tables.values() if name in table.columns
    )
    return tuple(dict.fromkeys(one for column in columns if value in column for one in column if one != value))
