"""What a figure is of, by the words around it: a month's price or a year's, days of trial or of refund."""

from __future__ import annotations

import re

from dialogue.guard.figures import Figure
from dialogue.guard.reading import Reading
from dialogue.guard.words import aspect_words

NOTHING: frozenset[str] = frozenset()
_BEHIND = re.compile(r"(?:/|每个?|一个?)(?P<unit>月|年)")
_NEAR = 7
"""Characters behind a size in which its noun stands: 200G的系统盘."""
_AHEAD = 4
_SPARED_BEHIND = re.compile(r"[,，][^,，。！？]{0,6}省")
"""130元，包年立省: the clause before holds nothing but the figure."""
_SPARED = re.compile(r"省|便宜|划算|优惠|差|(?<!多)少|多(?:花|付|掏|交|出|给|缴|收)|降|返|抵|合算|贵|减|赚|白用|送")


def aspects(reading: Reading, figure: Figure) -> frozenset[str]:
    """The aspects of a figure; none where nothing is said of it."""
    if figure.aspect and figure.kind == "count":
        return frozenset((figure.aspect,))
    if figure.kind in ("yuan", "plain"):
        return _of_money(reading, figure)
    if figure.kind == "gb":
        return _of_size(reading, figure)
    if figure.kind in ("hours", "months"):
        return _of_time(reading, figure)
    return NOTHING


def _of_money(reading: Reading, figure: Figure) -> frozenset[str]:
    behind = _BEHIND.match(reading.text, figure.end)
    if behind is not None:
        return frozenset(("month" if behind["unit"] == "月" else "year",))
    first = reading.sentence_start(figure.start)
    ahead = reading.text[first : figure.start]
    if figure.kind == "plain":  # without a unit only the very clause makes it money
        ahead = reading.text[reading.clause(figure.start)[0] : figure.start]
    places = {name: found[-1].end() for name, words in aspect_words()["yuan"].items() if (found := list(words.finditer(ahead)))}
    return frozenset((max(places, key=lambda name: places[name]),)) if places else NOTHING


def tells_saving(reading: Reading, figure: Figure) -> bool:
    """Whether a sentence speaks of what is saved, before its figure or right behind: only then may a saving be told."""
    first, last = reading.clause(figure.end - 1)
    if _SPARED.search(reading.text[reading.sentence_start(figure.start) : last]):
        return True
    return first == figure.start and last == figure.end and _SPARED_BEHIND.match(reading.text, last) is not None


def _of_size(reading: Reading, figure: Figure) -> frozenset[str]:
    """The noun behind a size up to the next mark or figure, else the one right before it."""
    last = reading.clause(figure.end - 1)[1]
    behind = re.split(r"[\d、和]", reading.text[figure.end : min(last, figure.end + _NEAR)])[0]
    found = frozenset(
        name for name, words in aspect_words()["gb"].items() if words.match(behind.lstrip("的大")) or words.search(behind)
    )
    if found:
        return found
    ahead = re.split(r"[\d、,，]", reading.text[max(0, figure.start - _AHEAD) : figure.start])[-1]
    return frozenset(name for name, words in aspect_words()["gb"].items() if words.search(ahead))


def _of_time(reading: Reading, figure: Figure) -> frozenset[str]:
    first, last = reading.clause(figure.start)
    if figure.kind == "months":
        return in_words(figure, reading.text[first:last])
    return in_words(figure, reading.text[first:last]) or in_words(figure, reading.text[reading.sentence_start(figure.start) :])


def in_words(figure: Figure, words: str) -> frozenset[str]:
    """The aspects of a time that a wording names."""
    found = _named(figure.kind, words)
    return found | _named("hours", words) if figure.kind == "months" else found


def _named(kind: str, words: str) -> frozenset[str]:
    return frozenset(name for name, known in aspect_words().get(kind, {}).items() if known.search(words))
