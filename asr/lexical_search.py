"""Texts from phone scores: a CTC prefix search through the pronunciation tree, a language model at each word (Hannun 2014)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

import numpy as np

from asr.ctc import BLANK, Scores
from asr.language_model import Trigrams
from asr.lexicon import Node, Word

_NEVER = -1e30
_UNLIKELY = -7.0
_SURE = -0.005  # a frame that is blank at 99.5 % only lets time pass
_NOTHING = -36.0  # exp of it is lost in a double beside 1


@dataclass(frozen=True, slots=True)
class Found:
    """A text as token ids and its score: sound, language and the bonus for each character."""

    ids: tuple[int, ...]
    score: float


@dataclass(slots=True, eq=False)
class _Text:
    """A beginning, as token ids; `longer` holds its continuations by what follows, each with its score in the language model."""

    ids: tuple[int, ...]
    longer: dict[tuple[int, ...], tuple[_Text, float]] = field(default_factory=dict)


@dataclass(slots=True)
class _Path:
    """Alignments of one beginning: log-probability of those that end in a blank and of those that end in the last phone."""

    text: _Text
    node: Node
    last: int
    ends_blank: float = _NEVER
    ends_phone: float = _NEVER
    total: float = _NEVER


_Key = tuple[int, int, int]
_Paths = dict[_Key, _Path]


@dataclass(frozen=True, slots=True)
class LexicalSearch:
    """The search and its weights: `beam` beginnings are kept that are no more than `within` worse than the best, the language
    model counts `weight` times, a character earns `bonus`, that of a hot word `hot` at the least from the language model."""

    root: Node
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
        empty = _Text(())
        paths: _Paths = {(id(empty), id(self.root), 0): _Path(empty, self.root, 0, ends_blank=0.0, total=0.0)}
        tried = np.argpartition(-scores, self.per_frame, axis=1)[:, : self.per_frame]
        for frame, units in zip(scores.tolist(), tried.tolist(), strict=True):
            blank = frame[BLANK]
            if blank > _SURE:
                for path in paths.values():
                    path.ends_blank, path.ends_phone = path.total + blank, _NEVER
                    path.total = path.ends_blank
                continue
            likely = [(unit, frame[unit]) for unit in units if unit != BLANK and frame[unit] > _UNLIKELY]
            paths = self._pruned(self._step(paths, frame, likely, dialect))
        best: dict[tuple[int, ...], float] = {}
        for path in paths.values():
            ids = path.text.ids
            if path.node is self.root and ids:
                best[ids] = _add(best.get(ids, _NEVER), path.total)
        return [Found(text, score) for text, score in sorted(best.items(), key=lambda item: -item[1])]

    def _step(self, paths: _Paths, frame: list[float], likely: list[tuple[int, float]], dialect: int) -> _Paths:
        grown: _Paths = {}
        root, blank = self.root, frame[BLANK]
        for key, path in paths.items():
            total, last = path.total, path.last
            same = grown.get(key)
            if same is None:
                same = grown[key] = _Path(path.text, path.node, last)
            same.ends_blank = _add(same.ends_blank, total + blank)
            if last:
                same.ends_phone = _add(same.ends_phone, path.ends_phone + frame[last])
            following = path.node.following
            for unit, score in likely:
                node = following.get(unit)
                if node is None:
                    continue
                reached = (path.ends_blank if unit == last else total) + score
                if reached <= _NEVER / 2:
                    continue
                if node.following:
                    _put(grown, path.text, node, unit, reached)
                for word in node.words:
                    longer, said = path.text.longer.get(word.ids) or self._longer(path.text, word.ids, dialect)
                    _put(grown, longer, root, unit, reached + self._earned(word, said, dialect))
        return grown

    def _longer(self, text: _Text, ids: tuple[int, ...], dialect: int) -> tuple[_Text, float]:
        """The text with `ids` after it, and what the language model says of them there."""
        before = (*((dialect, dialect, *text.ids)[-2:]), *ids)
        said = sum(self.language_model.score(*before[i : i + 3]) for i in range(len(ids)))
        text.longer[ids] = found = (_Text((*text.ids, *ids)), said)
        return found

    def _earned(self, word: Word, said: float, dialect: int) -> float:
        count = len(word.ids)
        said = max(said, self.hot * count) if word.hot else said
        return word.chance_in(dialect) + self.weight * said + self.bonus * count

    def _pruned(self, paths: _Paths) -> _Paths:
        best = _NEVER
        for path in paths.values():
            path.total = total = _add(path.ends_blank, path.ends_phone)
            best = max(best, total)
        least = best - self.within
        kept = [(key, path) for key, path in paths.items() if path.total > least]
        if len(kept) > self.beam:
            kept = heapq.nlargest(self.beam, kept, key=_total)
        return dict(kept)


def _total(item: tuple[_Key, _Path]) -> float:
    return item[1].total


def _put(paths: _Paths, text: _Text, node: Node, unit: int, score: float) -> None:
    key = (id(text), id(node), unit)
    path = paths.get(key)
    if path is None:
        paths[key] = _Path(text, node, unit, ends_phone=score)
    else:
        path.ends_phone = _add(path.ends_phone, score)


def _add(one: float, other: float) -> float:
    """log(exp(one) + exp(other))."""
    high, low = (one, other) if one > other else (other, one)
    apart = low - high
    return high if apart < _NOTHING else high + math.log1p(math.exp(apart))
