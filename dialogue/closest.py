"""Which row of a table a question is about when no name in it was recognised: by the words that people ask with.

A table may have a column of such wordings (asked_as: 半夜有人管吗|坏了找谁). Question and wordings are compared by characters and
by sounds, alone and in pairs, rarer ones weighing more (tf-idf, cosine): other wordings and a recogniser's slips are near enough.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogue.facts import ID, SEPARATOR, Table
from nlu.pinyin import dictionary
from nlu.text import fold

LEAST = 0.3
"""Cosine below which no wording is near enough. On 63 wordings by another hand, features of the sample bot that are not named
in them, half are found then and one in sixteen is wrong; at 0.25 they are six in ten and one in seven."""
AHEAD = 0.06
"""So much nearer than the next row the nearest must be."""
_EMPTY = re.compile(r"的?时候|能不能|可不可以|有没有|是不是")
_FILLERS = frozenset("吗呢吧啊呀哦嘛的了么㗎伐咧呗,，。?？!！ 你您们我俺咱想问")


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of a table's rows. `places` tells for each run of characters or sounds the wordings that have it, by number
    and weight; `rows` are the ids of their rows.
    """

    rows: tuple[str, ...]
    weights: Mapping[str, float]
    places: Mapping[str, tuple[tuple[int, float], ...]]

    @classmethod
    def of(cls, table: Table, column: str) -> Wordings:
        """Those in a column of a table."""
        told = [(str(row.get(ID)), text) for row in table.rows for text in str(row.get(column) or "").split(SEPARATOR) if text]
        counted = [_runs(text) for _, text in told]
        found = Counter(run for runs in counted for run in runs)
        weights = {run: math.log(1 + len(counted) / count) for run, count in found.items()}
        places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, runs in enumerate(counted):
            for run, weight in _scaled(runs, weights).items():
                places[run].append((number, weight))
        return cls(tuple(row for row, _ in told), weights, {run: tuple(where) for run, where in places.items()})

    def nearest(self, text: str, least: float = LEAST) -> str | None:
        """The id of the row that the text asks for; None where none is as near as `least` (a cosine), or two are equally so."""
        near = [0.0] * len(self.rows)
        for run, weight in _scaled(_runs(text), self.weights).items():
            for number, there in self.places.get(run, ()):
                near[number] += weight * there
        best: dict[str, float] = {}
        for row, score in zip(self.rows, near, strict=True):
            best[row] = max(score, best.get(row, 0.0))
        ranked = sorted(((score, row) for row, score in best.items()), reverse=True)
        if not ranked or ranked[0][0] < least:
            return None
        return ranked[0][1] if len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= AHEAD else None


def _scaled(runs: Mapping[str, int], weights: Mapping[str, float]) -> Mapping[str, float]:
    """A vector of length 1; runs that no wording has count for its length all the same."""
    unknown = max(weights.values(), default=1.0)
    weighed = {run: count * weights.get(run, unknown) for run, count in runs.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {run: weight / length for run, weight in weighed.items()}


def _runs(text: str) -> Mapping[str, int]:
    kept = [character for character in _EMPTY.sub("", fold(text)) if character not in _FILLERS]
    return Counter((*_pieces(kept, ""), *_pieces(dictionary().of_word(kept), "~")))


def _pieces(units: Iterable[str], mark: str) -> Iterable[str]:
    listed = list(units)
    return (f"{mark}{' '.join(listed[at : at + size])}" for size in (1, 2) for at in range(len(listed) - size + 1))
