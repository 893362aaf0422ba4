"""Texts from phone scores: a CTC prefix search through the pronunciation tree, a language model at each word (Hannun 2014).

All beginnings take a step together, as arrays: a turn of 4 s takes a few milliseconds so, a tenth of the same in plain Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from asr.ctc import BLANK, Scores
from asr.language_model import Trigrams
from asr.search_graph import NOWHERE, ROOT, Indices, SearchGraph

_NEVER = -1e30
_UNLIKELY = -7.0
_SURE = -0.005  # a frame that is blank at 99.5 % only lets time pass
_HASH = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying by it loses nothing (Knuth, TAOCP 3, 6.4)
_NODE = np.uint64(0xC2B2AE3D27D4EB4F)
_ONE = np.uint64(1)
_UNIT = np.uint64(0x165667B19E3779F9)

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Found:
    """A text as token ids and its score: sound, language and the bonus for each character."""

    ids: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class _Paths:
    """Beginnings, one a place: their text (a number in `_Texts` and a hash of its tokens, which is the same for the same text),
    its last two tokens, the node, the last phone's unit, and the log-probability of the alignments that end in a blank and of
    those that end in that phone."""

    text: Indices
    hash: Hashes
    before: Indices  # (paths, 2)
    node: Indices
    last: Indices
    ends_blank: Floats
    ends_phone: Floats

    @property
    def total(self) -> Floats:
        """Log-probability of all alignments."""
        found: Floats = np.logaddexp(self.ends_blank, self.ends_phone)
        return found

    def at(self, places: Indices) -> _Paths:
        """Those at some places."""
        return _Paths(*(getattr(self, name)[places] for name in self.__slots__))


@dataclass(slots=True)
class _Texts:
    """Beginnings as a tree: each is another one and a word after it; number 0 is empty."""

    parents: list[int] = field(default_factory=lambda: [0])
    words: list[tuple[int, ...]] = field(default_factory=lambda: [()])

    def longer(self, text: int, word: tuple[int, ...]) -> int:
        self.parents.append(text)
        self.words.append(word)
        return len(self.words) - 1

    def ids(self, text: int) -> tuple[int, ...]:
        """The tokens of a text."""
        parts = []
        while text:
            parts.append(self.words[text])
            text = self.parents[text]
        return tuple(id for part in reversed(parts) for id in part)


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
    # Best on held-out clips with a language model that had not counted their templates: CER 0.145 (0.164 with 0.3 and 1).
    weight: float = 0.7
    bonus: float = 3.0
    hot: float = -2.5
    """The least log-probability that a hot word has for each of its characters."""

    def search(self, scores: Scores, dialect: int) -> list[Found]:
        """Texts, best first; `scores` are a phone head's log-probabilities (frames, phones + 1)."""
        texts, chances = _Texts(), self.graph.chance_in(dialect)
        paths = _beginning(dialect)
        tried = np.argpartition(-scores, self.per_frame, axis=1)[:, : self.per_frame]
        for frame, units in zip(scores.astype(np.float64), tried, strict=True):
            if frame[BLANK] > _SURE:
                paths = _waited(paths, frame[BLANK])
                continue
            likely = units[(units != BLANK) & (frame[units] > _UNLIKELY) & (units < self.graph.following.shape[1])]
            paths = self._step(paths, frame, likely, chances, texts)
        best: dict[tuple[int, ...], float] = {}
        for text, node, total in zip(paths.text.tolist(), paths.node.tolist(), paths.total.tolist(), strict=True):
            if node == ROOT and text:
                ids = texts.ids(text)
                best[ids] = float(np.logaddexp(best.get(ids, _NEVER), total))
        return [Found(text, score) for text, score in sorted(best.items(), key=lambda item: -item[1])]

    def _step(self, paths: _Paths, frame: Floats, units: Indices, chances: Floats, texts: _Texts) -> _Paths:
        """The beginnings after one frame: those that stay as they are, those a phone further, those a word longer."""
        total = paths.total
        held = np.where(paths.last > 0, paths.ends_phone + frame[paths.last], _NEVER)
        stayed = replace(paths, ends_blank=total + frame[BLANK], ends_phone=held)
        nodes = self.graph.following[paths.node[:, None], units]
        reached = np.where(units == paths.last[:, None], paths.ends_blank[:, None], total[:, None]) + frame[units]
        reached[nodes == NOWHERE] = _NEVER
        least = max(float(stayed.ends_blank.max()), float(held.max())) - self.within
        inside = np.where(self.graph.goes_on[nodes], reached, _NEVER)
        least = max(least, float(inside.max(initial=_NEVER)) - self.within)
        path, unit = np.nonzero(inside > least)
        moved = replace(
            paths.at(path),
            node=nodes[path, unit].astype(np.int64),
            last=units[unit],
            ends_blank=np.full(len(path), _NEVER),
            ends_phone=inside[path, unit],
        )
        words, longer = self._longer(paths, nodes, reached, chances, least)
        longer = replace(longer, last=units[longer.last])
        return self._pruned((stayed, moved, longer), words, texts)

    def _longer(
        self, paths: _Paths, nodes: NDArray[np.int32], reached: Floats, chances: Floats, least: float
    ) -> tuple[Indices, _Paths]:
        """The words that end here, and the beginnings with them; `last` is a column of `nodes` still."""
        graph = self.graph
        longest = graph.longest[nodes]
        path, unit = np.nonzero((longest > 0) & (reached + self.bonus * longest > least))
        ends = nodes[path, unit]
        each, words = _spread(graph.first_word[ends], graph.first_word[ends + 1])
        path, unit = path[each], unit[each]
        sound = reached[path, unit] + chances[words] + self.bonus * graph.lengths[words]
        likely = np.flatnonzero(sound > least)  # what the language model says of it only takes away
        words, path, unit = words[likely], path[likely], unit[likely]
        gained = sound[likely] + self.weight * self._said(paths.before[path], words)
        kept = np.flatnonzero(gained > max(least, float(gained.max(initial=_NEVER)) - self.within))
        words, path = words[kept], path[kept]
        before, hashes = self._after(paths.before[path], paths.hash[path], words)
        return words, _Paths(
            text=paths.text[path],
            hash=hashes,
            before=before,
            node=np.full(len(kept), ROOT),
            last=unit[kept],
            ends_blank=np.full(len(kept), _NEVER),
            ends_phone=gained[kept],
        )

    def _said(self, before: Indices, words: Indices) -> Floats:
        """What the language model says of each word after two tokens (words, 2); hot words have their least."""
        graph, model = self.graph, self.language_model
        said = model.scores(before[:, 0], before[:, 1], graph.tokens[words])
        for place in np.flatnonzero(graph.lengths[words] > 1).tolist():
            said[place] = model.score_of(tuple(before[place].tolist()), graph.words[words[place]].ids)
        return np.where(graph.hot[words], np.maximum(said, self.hot * graph.lengths[words]), said)

    def _after(self, before: Indices, hashes: Hashes, words: Indices) -> tuple[Indices, Hashes]:
        """The last two tokens and the hashes of texts with a word more."""
        graph = self.graph
        after = np.stack((before[:, 1], graph.tokens[words]), axis=1)
        longer = (hashes + graph.tokens[words].astype(np.uint64) + _ONE) * _HASH
        for place in np.flatnonzero(graph.lengths[words] > 1).tolist():
            ids = graph.words[words[place]].ids
            after[place] = ids[-2:]
            value = int(hashes[place])
            for token in ids:
                value = (value + token + 1) * int(_HASH) % 2**64
            longer[place] = value
        return after, longer

    def _pruned(self, parts: Sequence[_Paths], words: Indices, texts: _Texts) -> _Paths:
        """The best of all, alignments of the same beginning taken together; `words` led to the last part."""
        whole = _Paths(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Paths.__slots__))
        keys = (whole.hash + whole.node.astype(np.uint64) * _NODE + whole.last.astype(np.uint64) * _UNIT) * _HASH
        order = np.argsort(keys, kind="stable")  # stable: a text that was there before stands for itself
        starts = np.flatnonzero(np.concatenate(([True], keys[order][1:] != keys[order][:-1])))
        merged = replace(
            whole.at(order[starts]),
            ends_blank=np.logaddexp.reduceat(whole.ends_blank[order], starts),
            ends_phone=np.logaddexp.reduceat(whole.ends_phone[order], starts),
        )
        total = merged.total
        kept = np.flatnonzero(total > total.max() - self.within)
        if len(kept) > self.beam:
            kept = kept[np.argpartition(-total[kept], self.beam)[: self.beam]]
        text = merged.text[kept]
        first = len(whole.text) - len(words)
        for place, source in enumerate(order[starts[kept]].tolist()):
            if source >= first:
                text[place] = texts.longer(int(text[place]), self.graph.words[words[source - first]].ids)
        return replace(merged.at(kept), text=text)


def _beginning(dialect: int) -> _Paths:
    """Nothing said yet."""
    none, start = np.zeros(1, np.int64), np.zeros(1)
    return _Paths(none, none.astype(np.uint64), np.array([[dialect, dialect]]), none, none, start, start + _NEVER)


def _waited(paths: _Paths, blank: float) -> _Paths:
    """After a frame that is surely blank."""
    return replace(paths, ends_blank=paths.total + blank, ends_phone=np.full(len(paths.text), _NEVER))


def _spread(starts: Indices, ends: Indices) -> tuple[Indices, Indices]:
    """All numbers of some ranges, each with the place of its range."""
    count = ends - starts
    each = np.repeat(np.arange(len(count)), count)
    return each, np.arange(len(each)) - (np.cumsum(count) - count)[each] + starts[each]
