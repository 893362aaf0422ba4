"""Texts from phone scores: a CTC prefix search through the pronunciation tree, a language model at each word (Hannun 2014).

All beginnings take a step together, as arrays. A step is small (48 beginnings, two or three phones), so what it costs is the
number of array operations: probabilities are kept as they are, since they add up in one operation and their logarithms in
several; what tells beginnings apart stands in one array; a bound for each node spares the language model most words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asr.ctc import BLANK, Scores
from asr.language_model import Trigrams
from asr.search_graph import ROOT, Indices, SearchGraph

_UNLIKELY = -7.0
_SURE = -0.005  # a frame that is blank at 99.5 % only lets time pass
# Keys are sums of products with odd numbers that lose nothing; they overflow on purpose (Knuth, TAOCP 3, 6.4).
_BY_TOKEN = np.int64(-0x61C8864680B583EB)
_BY_NODE = np.int64(-0x3D4D51C2D82B14B1)
_BY_UNIT = np.int64(0x165667B19E3779F9)
_SMALL, _LARGE = 1e-100, 1e100  # all probabilities are scaled when they leave this range, long before one is lost
_NUMBER, _TEXT, _FIRST, _SECOND, _NODE, _LAST, _KEY = range(7)  # columns of `rows`

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """A text as token ids and its score: sound, language and the bonus for each character."""

    ids: tuple[int, ...]
    score: float


@dataclass(slots=True, eq=False)  # not frozen: some are made for each frame, which takes frozen ones five times as long
class _Paths:
    """Beginnings, one a place. `rows` (paths, 7): the text's number in `_Texts`, a hash of its tokens, which is the same for the
    same text, its last two tokens, the node, the last phone's unit, and a key of text, node and unit. Probabilities are of the
    alignments that end in a blank, of those that end in that phone, and of all."""

    rows: Indices
    ends_blank: Floats
    ends_phone: Floats
    total: Floats


@dataclass(slots=True, eq=False)
class _Further:
    """Beginnings with a phone more and, where `words` has them, a word more, for which `rows` have the number of the text before
    still."""

    rows: Indices
    ends_phone: Floats
    words: Indices | None = None


@dataclass(slots=True)
class _Texts:
    """Beginnings as a tree: each is another one and a word after it; number 0 is empty."""

    parents: list[int] = field(default_factory=lambda: [0])
    words: list[int] = field(default_factory=lambda: [-1])

    def longer(self, texts: Indices, words: Indices) -> Indices:
        """The numbers of some texts with a word more."""
        first = len(self.words)
        self.parents.extend(texts.tolist())
        self.words.extend(words.tolist())
        return np.arange(first, len(self.words))

    def words_of(self, text: int) -> list[int]:
        """The words of a text."""
        found = []
        while text:
            found.append(self.words[text])
            text = self.parents[text]
        return found[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class _Gains:
    """In one dialect: what each word brings but for the language model, as a logarithm (words,), and what a word that ends at a
    node brings at the most, as a factor (nodes + 1,), 0 where none ends."""

    words: Floats
    ends: Floats


@dataclass(frozen=True, slots=True)
class LexicalSearch:
    """The search and its weights: `beam` beginnings are kept that are no more than `within` worse than the best, the language
    model counts `weight` times, a character earns `bonus`, that of a hot word `hot` at the least from the language model."""

    graph: SearchGraph
    language_model: Trigrams
    beam: int = 48
    within: float = 10.0
    """In nats. CER on every fifth clip of cloud_eval is the same as without it (0.0714; 8 gives 0.0721), in half the time."""
    per_frame: int = 5
    # On every third clip of cloud_check, whose templates the language model has not counted: CER 0.0754. 0.7 and 3 gives 0.0783,
    # 0.6 and 2 0.0741, but 0.6 and 1.5 0.0834, where short turns begin to get lost.
    weight: float = 0.6
    bonus: float = 2.5
    hot: float = -2.5
    """The least log-probability that a hot word has for each of its characters."""
    texts: int = 8
    """So many are told at the most."""
    _gains: tuple[_Gains, ...] = field(init=False, repr=False, compare=False)
    _share: float = field(init=False, repr=False, compare=False)
    """The least share of the best one's probability."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_gains", self._gained())
        object.__setattr__(self, "_share", math.exp(-self.within))

    def _gained(self) -> tuple[_Gains, ...]:
        """The gains in each dialect, in the order of the graph's columns."""
        graph = self.graph
        most = self.language_model.most(graph.tokens)
        most[np.arange(most.shape[1]) >= graph.lengths[:, None]] = 0.0
        said = np.where(graph.hot, np.maximum(most.sum(axis=1), self.hot * graph.lengths), most.sum(axis=1))
        (nodes,) = np.diff(graph.first_word).nonzero()
        found = []
        for chances in graph.chances.T:
            words = chances + self.bonus * graph.lengths
            ends = np.zeros(len(graph.goes_on))
            if len(nodes):
                ends[nodes] = np.exp(np.maximum.reduceat(words + self.weight * said, graph.first_word[nodes]))
            found.append(_Gains(words, ends))
        return tuple(found)

    def search(self, scores: Scores, dialect: int) -> list[Found]:
        """Texts, best first, none in silence; `scores` are a phone head's log-probabilities (frames, phones + 1)."""
        texts, gains = _Texts(), self._gains[self.graph.column_of(dialect)]
        paths, scale = _beginning(dialect), 0.0
        tried = np.argpartition(-scores, self.per_frame, axis=1)[:, : self.per_frame]
        likely = (tried != BLANK) & (np.take_along_axis(scores, tried, axis=1) > _UNLIKELY) & (tried < self.graph.units)
        sure = (scores[:, BLANK] > _SURE).tolist()
        for place, frame in enumerate(np.exp(scores.astype(np.float64))):
            if sure[place]:
                scale += float(scores[place, BLANK])
                paths.ends_blank, paths.ends_phone = paths.total, np.zeros(len(paths.total))
                continue
            paths = self._step(paths, frame, tried[place][likely[place]], gains, texts)
            if not _SMALL < (one := float(paths.total[0])) < _LARGE:
                paths.ends_blank, paths.ends_phone, paths.total = (
                    chances / one for chances in (paths.ends_blank, paths.ends_phone, paths.total)
                )
                scale += math.log(one)
        return self._found(paths, texts, scale)

    def _found(self, paths: _Paths, texts: _Texts, scale: float) -> list[Found]:
        """The texts of the paths that are between two words; those that end in several phones are one."""
        numbers: dict[int, int] = {}
        totals: dict[int, float] = {}
        columns = paths.rows[:, (_NODE, _NUMBER, _TEXT)].T.tolist()
        for node, number, text, total in zip(*columns, paths.total.tolist(), strict=True):
            if node == ROOT and number:
                numbers[text] = number
                totals[text] = totals.get(text, 0.0) + total
        best = sorted(totals, key=lambda text: -totals[text])[: self.texts]
        words = self.graph.words
        return [
            Found(tuple(id for word in texts.words_of(numbers[text]) for id in words[word].ids), math.log(totals[text]) + scale)
            for text in best
        ]

    def _step(self, paths: _Paths, frame: Floats, units: Indices, gains: _Gains, texts: _Texts) -> _Paths:
        """The beginnings after one frame: those that stay as they are, those a phone further, those a word longer."""
        rows, graph = paths.rows, self.graph
        last, node = rows[:, _LAST], rows[:, _NODE]
        ends_blank, ends_phone = paths.total * frame[BLANK], paths.ends_phone * frame.take(last)
        stayed = _Paths(rows, ends_blank, ends_phone, ends_blank + ends_phone)
        if not len(units):
            return self._pruned(stayed)
        nodes = graph.following.take(node[:, None] * graph.units + units).ravel()
        again = last[:, None] == units
        reached = (np.where(again, paths.ends_blank[:, None], paths.total[:, None]) * frame.take(units)).ravel()
        inside = reached * graph.goes_on.take(nodes)
        least = max(float(stayed.total.max()), float(inside.max())) * self._share
        (cells,) = (inside > least).nonzero()
        (ends,) = (reached * gains.ends.take(nodes) > least).nonzero()
        further = []
        if len(cells):
            path = cells // len(units)
            moved = rows.take(path, axis=0)
            moved[:, _NODE], moved[:, _LAST] = nodes.take(cells), units.take(cells - path * len(units))
            further.append(_Further(_keyed(moved), inside.take(cells)))
        if len(ends):
            path = ends // len(units)
            ending = rows.take(path, axis=0)
            ending[:, _NODE], ending[:, _LAST] = nodes.take(ends), units.take(ends - path * len(units))
            further.append(self._longer(ending, reached.take(ends), gains, least))
        return self._merged(stayed, further, texts) if further else self._pruned(stayed)

    def _longer(self, ending: Indices, reached: Floats, gains: _Gains, least: float) -> _Further:
        """The beginnings with the words that end at the nodes of `ending`, where they are likelier than `least`."""
        starts = self.graph.first_word.take(ending[:, _NODE])
        each, words = _spread(starts, self.graph.first_word.take(ending[:, _NODE] + 1))
        said = self._said(ending, each, words)
        gained = np.exp(np.log(reached).take(each) + gains.words.take(words) + self.weight * said)
        (kept,) = (gained > max(least, float(gained.max()) * self._share)).nonzero()
        words = words.take(kept)
        return _Further(self._after(ending.take(each.take(kept), axis=0), words), gained.take(kept), words)

    def _said(self, before: Indices, each: Indices, words: Indices) -> Floats:
        """What the language model says of each word after the text of before[each]; hot words have their least."""
        graph, model = self.graph, self.language_model
        said = model.scores(before[:, _FIRST], before[:, _SECOND], graph.tokens[:, 0].take(words), each)
        (special,) = graph.special.take(words).nonzero()
        if not len(special):
            return said
        each, words = each.take(special), words.take(special)
        whole = np.concatenate((before[each, _FIRST : _SECOND + 1], graph.tokens[words]), axis=1)
        lengths, sums = graph.lengths.take(words), said.take(special)
        for column in range(1, int(lengths.max())):
            (long,) = (lengths > column).nonzero()
            sums[long] += model.scores(*whole[long, column : column + 3].T)
        said[special] = np.where(graph.hot.take(words), np.maximum(sums, self.hot * lengths), sums)
        return said

    def _after(self, rows: Indices, words: Indices) -> Indices:
        """`rows` with a word more each, their texts' numbers left as they are; changes the array."""
        tokens, lengths = self.graph.tokens.take(words, axis=0), self.graph.lengths.take(words)
        for column in range(int(lengths.max(initial=0))):
            at = lengths > column if column else slice(None)
            rows[at, _TEXT] = (rows[at, _TEXT] + tokens[at, column] + 1) * _BY_TOKEN
            rows[at, _FIRST] = rows[at, _SECOND]
            rows[at, _SECOND] = tokens[at, column]
        rows[:, _NODE] = ROOT
        return _keyed(rows)

    def _merged(self, stayed: _Paths, further: Sequence[_Further], texts: _Texts) -> _Paths:
        """The best of all, alignments of the same beginning taken together."""
        rows = np.concatenate((stayed.rows, *(part.rows for part in further)))
        order = rows[:, _KEY].argsort(kind="stable")  # stable: a text that was there before stands for itself
        key = rows[:, _KEY].take(order)
        fresh = np.empty(len(key), bool)
        fresh[0] = True
        np.not_equal(key[1:], key[:-1], out=fresh[1:])
        (starts,) = fresh.nonzero()
        firsts = order.take(starts)
        ends_phone = np.concatenate((stayed.ends_phone, *(part.ends_phone for part in further)))
        ends_phone = np.add.reduceat(ends_phone.take(order), starts)
        ends_blank = np.zeros(len(key))
        ends_blank[: len(stayed.rows)] = stayed.ends_blank
        ends_blank = ends_blank.take(firsts)
        total = ends_blank + ends_phone
        kept = self._kept(total, rows[:, _NODE].take(firsts))
        places = firsts.take(kept)
        found = self._lifted(_Paths(rows.take(places, axis=0), ends_blank.take(kept), ends_phone.take(kept), total.take(kept)))
        words = further[-1].words
        if words is not None:
            first = len(rows) - len(words)
            (new,) = (places >= first).nonzero()
            found.rows[new, _NUMBER] = texts.longer(found.rows[new, _NUMBER], words.take(places.take(new) - first))
        return found

    def _kept(self, total: Floats, nodes: Indices) -> Indices:
        """The places that are likely enough; where they all stand inside a word, the best one between words too, as the last.

        A slip of a single phone can lead the whole beam into words that the sound does not finish. Without a way out of them
        the rest of the turn would be lost, and the whole turn where it ends so.
        """
        (kept,) = (total > float(total.max()) * self._share).nonzero()
        if len(kept) > self.beam:
            kept = kept.take(total.take(kept).argpartition(-self.beam)[-self.beam :])
        if not (nodes.take(kept) == ROOT).any():
            (between,) = (nodes == ROOT).nonzero()
            kept = np.append(kept, between[total.take(between).argmax()])
        return kept

    def _lifted(self, paths: _Paths) -> _Paths:
        """The last one no less likely than the others have to be: to leave a word that leads nowhere costs no more than that."""
        least = float(paths.total.max()) * self._share
        if (last := float(paths.total[-1])) < least:
            for chances in (paths.ends_blank, paths.ends_phone, paths.total):
                chances[-1] *= least / last
        return paths

    def _pruned(self, paths: _Paths) -> _Paths:
        """Those that are likely enough."""
        kept = self._kept(paths.total, paths.rows[:, _NODE])
        if len(kept) == len(paths.total):
            return paths
        chances = (one.take(kept) for one in (paths.ends_blank, paths.ends_phone, paths.total))
        return self._lifted(_Paths(paths.rows.take(kept, axis=0), *chances))


def _keyed(rows: Indices) -> Indices:
    """The same rows, their keys set."""
    rows[:, _KEY] = rows[:, _TEXT] + rows[:, _NODE] * _BY_NODE + rows[:, _LAST] * _BY_UNIT
    return rows


def _beginning(dialect: int) -> _Paths:
    """Nothing said yet."""
    return _Paths(np.array([[0, 0, dialect, dialect, ROOT, 0, 0]]), np.ones(1), np.zeros(1), np.ones(1))


def _spread(starts: Indices, ends: Indices) -> tuple[Indices, Indices]:
    """The place of its range, for all numbers of some ranges, and these numbers."""
    count = ends - starts
    each = np.arange(len(count)).repeat(count)
    return each, np.arange(len(each)) + (starts - count.cumsum() + count).take(each)
