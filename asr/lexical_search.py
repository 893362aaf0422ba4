"""Texts from phone scores: a CTC prefix search through the pronunciation tree, a language model at each word (Hannun 2014)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from asr.ctc import BLANK, Scores
from asr.language_model import Trigrams
from asr.lexicon import Node, Word

_NEVER = -1e30
_UNLIKELY = -7.0
_SURE = -0.005  # a frame that is blank at 99.5 % only lets time pass

_Key = tuple[tuple[int, ...], int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A text as token ids and its score: sound, language and the bonus for each character."""

    ids: tuple[int, ...]
    score: float


@dataclass(slots=True)
class _Path:
    """Alignments of one beginning: log-probability of those that end in a blank and of those that end in the last phone."""

    node: Node
    ends_blank: float = _NEVER
    ends_phone: float = _NEVER

    def total(self) -> float:
        return _add(self.ends_blank, self.ends_phone)


@dataclass(frozen=True, slots=True)
class LexicalSearch:
    """The search and its weights: `beam` beginnings are kept, the language model counts `weight` times, a character earns
    `bonus`, that of a hot word `hot` at the least from the language model."""

    root: Node
    language_model: Trigrams
    beam: int = 48
    per_frame: int = 5
    # Best on held-out clips with a language model that had not counted their templates: CER 0.145 (0.164 with 0.3 and 1).
    weight: float = 0.7
    bonus: float = 3.0
    hot: float = -2.5
    """The least log-probability that a hot word has for each of its characters."""

    def search(self, scores: Scores, dialect: int) -> list[Found]:
        """Texts, best first; `scores` are a phone head's log-probabilities (frames, phones + 1)."""
        paths: dict[_Key, _Path] = {((), 0, 0): _Path(self.root, ends_blank=0.0)}
        tried = np.argpartition(-scores, self.per_frame, axis=1)[:, : self.per_frame]
        for frame, units in zip(scores, tried, strict=True):
            blank = float(frame[BLANK])
            if blank > _SURE:
                for path in paths.values():
                    path.ends_blank, path.ends_phone = path.total() + blank, _NEVER
                continue
            likely = {int(unit): float(frame[unit]) for unit in units if unit != BLANK and frame[unit] > _UNLIKELY}
            paths = self._pruned(self._step(paths, frame, likely, dialect))
        best: dict[tuple[int, ...], float] = {}
        for (text, _, _), path in paths.items():
            if path.node is self.root and text:
                best[text] = _add(best.get(text, _NEVER), path.total())
        return [Found(text, score) for text, score in sorted(best.items(), key=lambda item: -item[1])]

    def _step(self, paths: dict[_Key, _Path], frame: Scores, likely: dict[int, float], dialect: int) -> dict[_Key, _Path]:
        grown: dict[_Key, _Path] = {}
        blank = float(frame[BLANK])
        for key, path in paths.items():
            text, _, last = key
            total = path.total()
            same = grown.setdefault(key, _Path(path.node))
            same.ends_blank = _add(same.ends_blank, total + blank)
            if last:
                same.ends_phone = _add(same.ends_phone, path.ends_phone + float(frame[last]))
            for unit, score in likely.items():
                node = path.node.following.get(unit)
                if node is None:
                    continue
                reached = (path.ends_blank if unit == last else total) + score
                if reached <= _NEVER / 2:
                    continue
                if node.following:
                    _put(grown, (text, id(node), unit), node, reached)
                for word in node.words:
                    earned = word.chance + self._earned(dialect, text, word)
                    _put(grown, ((*text, *word.ids), 0, unit), self.root, reached + earned)
        return grown

    def _earned(self, dialect: int, text: tuple[int, ...], word: Word) -> float:
        before = (*((dialect, dialect, *text)[-2:]), *word.ids)
        said = sum(self.language_model.score(*before[i : i + 3]) for i in range(len(word.ids)))
        if word.hot:
            said = max(said, self.hot * len(word.ids))
        return self.weight * said + self.bonus * len(word.ids)

    def _pruned(self, paths: dict[_Key, _Path]) -> dict[_Key, _Path]:
        if len(paths) <= self.beam:
            return paths
        return dict(sorted(paths.items(), key=lambda item: -item[1].total())[: self.beam])


def _put(paths: dict[_Key, _Path], key: _Key, node: Node, score: float) -> None:
    path = paths.get(key)
    if path is None:
        paths[key] = _Path(node, ends_phone=score)
    else:
        path.ends_phone = _add(path.ends_phone, score)


def _add(one: float, other: float) -> float:
    """log(exp(one) + exp(other))."""
    high, low = (one, other) if one > other else (other, one)
    return high if low <= _NEVER / 2 else high + math.log1p(math.exp(low - high))
