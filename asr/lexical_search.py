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

from asr.ctc import BLANK, Scores
from asr.language_model import NGrams
from asr.search_graph import ROOT, Indices, SearchGraph
from asr.search_paths import (
    BEFORE,
    BY_TOKEN,
    KEY,
    LAST,
    NODE,
    NUMBER,
    TEXT,
    Floats,
    Frame,
    Further,
    Gains,
    Paths,
    Texts,
    beginning,
    keyed,
)

_UNLIKELY = -7.0
_SURE = -0.005  # a frame that is blank at 99.5 % only lets time pass
_SMALL, _LARGE = 1e-100, 1e100  # all probabilities are scaled when they leave this range, long before one is lost


@dataclass(frozen=True, slots=True)
class Found:
    """A text as token ids and its score: sound, language and the bonus for each character."""

    ids: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class LexicalSearch:
    """The search and its weights: `beam` beginnings are kept that are no more than `within` worse than the best, the language
    model counts `weight` times, a character earns `bonus`, that of a hot word `hot` at the least from the language model."""

    graph: SearchGraph
    language_model: NGrams
    beam: int = 256
    within: float = 10.0
    """In nats. CER on every fifth clip of cloud_eval is the same as without it (0.0714; 8 gives 0.0721), in half the time."""
    per_frame: int = 12
    # On 400 clips over a telephone at 10 dB (drawn as dialect_eval is, with another seed): CER 0.165 with 48 beginnings and 5
    # phones a frame, 0.155 with 256 and 5, 0.146 with 256 and 12, 0.145 with 512 and 16, all with three tokens, weight 0.6 and
    # bonus 2.5. With five tokens and the end: 0.147 with these, 0.134 with 0.8 and 2.5, 0.129 with 0.9 and 3.5, 0.130 with 1 and
    # 3.5; cloud_check 0.0591 before, 0.0520 with 0.8 and 3, 0.0528 with 0.9 and 3.5.
    weight: float = 0.9
    bonus: float = 3.5
    hot: float = -2.5
    """The least log-probability that a hot word has for each of its characters."""
    tone: float = 0.8
    """How much it counts that a syllable has the tone that was heard, where the model tells tones. On 800 clips over a telephone
    at 10 dB: CER 0.110 with 0.25, 0.106 with 0.4, 0.104 with 0.6, 0.101 with 0.8, 0.102 with 1."""
    texts: int = 8
    """So many are told at the most."""
    _gains: tuple[Gains, ...] = field(init=False, repr=False, compare=False)
    _share: float = field(init=False, repr=False, compare=False)
    """The least share of the best one's probability."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_gains", self._gained())
        object.__setattr__(self, "_share", math.exp(-self.within))

    def _gained(self) -> tuple[Gains, ...]:
        """The gains in each dialect, in the order of the graph's columns."""
        graph = self.graph
        most = self.language_model.most(graph.tokens)
        most[np.arange(most.shape[1]) >= graph.lengths[:, None]] = 0.0
        said = np.where(graph.hot, np.maximum(most.sum(axis=1), self.hot * graph.lengths), most.sum(axis=1))
        (nodes,) = np.diff(graph.first_word).nonzero()
        found = []
        for chances, tones in zip(graph.chances.T, graph.tones, strict=True):
            words = chances + self.bonus * graph.lengths
            ends = np.zeros(len(graph.goes_on))
            if len(nodes):
                ends[nodes] = np.exp(np.maximum.reduceat(words + self.weight * said, graph.first_word[nodes]))
            found.append(Gains(words, ends, tones))
        return tuple(found)

    def search(self, scores: Scores, dialect: int, tones: Scores | None = None) -> list[Found]:
        """Texts, best first, none in silence; `scores` are a phone head's log-probabilities (frames, phones + 1), `tones` the
        probabilities (frames, TONES) of its tones, if it tells them."""
        texts, gains = Texts(), self._gains[self.graph.column_of(dialect)]
        paths, scale = beginning(dialect, self.language_model.order - 1), 0.0
        tries = min(self.per_frame, scores.shape[1] - 1)
        tried = np.argpartition(-scores, tries, axis=1)[:, :tries]
        likely = (tried != BLANK) & (np.take_along_axis(scores, tried, axis=1) > _UNLIKELY) & (tried < self.graph.units)
        sure = (scores[:, BLANK] > _SURE).tolist()
        for place, chances in enumerate(np.exp(scores.astype(np.float64))):
            if sure[place]:
                scale += float(scores[place, BLANK])
                paths.ends_blank, paths.ends_phone = paths.total, np.zeros(len(paths.total))
                continue
            frame = Frame(chances, None if tones is None else tones[place], tried[place][likely[place]])
            paths = self._step(paths, frame, gains, texts)
            if not _SMALL < (one := float(paths.total[0])) < _LARGE:
                paths.ends_blank, paths.ends_phone, paths.total = (
                    chances / one for chances in (paths.ends_blank, paths.ends_phone, paths.total)
                )
                scale += math.log(one)
        return self._found(paths, texts, scale)

    def _found(self, paths: Paths, texts: Texts, scale: float) -> list[Found]:
        """The texts of the paths that are between two words and may end there; those that end in several phones are one."""
        numbers: dict[int, int] = {}
        totals: dict[int, float] = {}
        (whole,) = ((paths.rows[:, NODE] == ROOT) & (paths.rows[:, NUMBER] > 0)).nonzero()
        rows = paths.rows.take(whole, axis=0)
        ended = paths.total.take(whole) * np.exp(self.weight * self.language_model.ends(rows[:, BEFORE:]))
        for number, text, total in zip(*rows[:, (NUMBER, TEXT)].T.tolist(), ended.tolist(), strict=True):
            numbers[text] = number
            totals[text] = totals.get(text, 0.0) + total
        best = sorted(totals, key=lambda text: -totals[text])[: self.texts]
        words = self.graph.words
        return [
            Found(tuple(id for word in texts.words_of(numbers[text]) for id in words[word].ids), math.log(totals[text]) + scale)
            for text in best
        ]

    def _step(self, paths: Paths, heard: Frame, gains: Gains, texts: Texts) -> Paths:
        """The beginnings after one frame: those that stay as they are, those a phone further, those a word longer."""
        rows, graph, frame, units = paths.rows, self.graph, heard.chances, heard.units
        last, node = rows[:, LAST], rows[:, NODE]
        ends_blank, ends_phone = paths.total * frame[BLANK], paths.ends_phone * frame.take(last)
        stayed = Paths(rows, ends_blank, ends_phone, ends_blank + ends_phone)
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
            moved[:, NODE], moved[:, LAST] = nodes.take(cells), units.take(cells - path * len(units))
            further.append(Further(keyed(moved), inside.take(cells)))
        if len(ends):
            path = ends // len(units)
            ending = rows.take(path, axis=0)
            ending[:, NODE], ending[:, LAST] = nodes.take(ends), units.take(ends - path * len(units))
            further.append(self._longer(ending, np.log(reached.take(ends)), heard, gains, least))
        return self._merged(stayed, further, texts) if further else self._pruned(stayed)

    def _longer(self, ending: Indices, reached: Floats, heard: Frame, gains: Gains, least: float) -> Further:
        """The beginnings with the words that end at the nodes of `ending`, where they are likelier than `least`; `reached` are
        logarithms."""
        starts = self.graph.first_word.take(ending[:, NODE])
        each, words = _spread(starts, self.graph.first_word.take(ending[:, NODE] + 1))
        said = self._said(ending, each, words)
        said = self.weight * said + reached.take(each) + gains.words.take(words)
        if heard.tones is not None:
            said += self.tone * np.log(gains.tones.take(words, axis=0) @ heard.tones)
        gained = np.exp(said)
        (kept,) = (gained > max(least, float(gained.max()) * self._share)).nonzero()
        words = words.take(kept)
        return Further(self._after(ending.take(each.take(kept), axis=0), words), gained.take(kept), words)

    def _said(self, before: Indices, each: Indices, words: Indices) -> Floats:
        """What the language model says of each word after the text of before[each]; hot words have their least."""
        graph, model = self.graph, self.language_model
        context = before[:, BEFORE:]
        said = model.scores(context, graph.tokens[:, 0].take(words), each)
        (special,) = graph.special.take(words).nonzero()
        if not len(special):
            return said
        each, words = each.take(special), words.take(special)
        whole = np.concatenate((context[each], graph.tokens[words]), axis=1)
        lengths, sums, width = graph.lengths.take(words), said.take(special), context.shape[1]
        for column in range(1, int(lengths.max())):
            (long,) = (lengths > column).nonzero()
            sums[long] += model.scores(whole[long, column : column + width], whole[long, column + width])
        said[special] = np.where(graph.hot.take(words), np.maximum(sums, self.hot * lengths), sums)
        return said

    def _after(self, rows: Indices, words: Indices) -> Indices:
        """`rows` with a word more each, their texts' numbers left as they are; changes the array."""
        tokens, lengths = self.graph.tokens.take(words, axis=0), self.graph.lengths.take(words)
        for column in range(int(lengths.max(initial=0))):
            at = lengths > column if column else slice(None)
            rows[at, TEXT] = (rows[at, TEXT] + tokens[at, column] + 1) * BY_TOKEN
            rows[at, BEFORE:-1] = rows[at, BEFORE + 1 :]
            rows[at, -1] = tokens[at, column]
        rows[:, NODE] = ROOT
        return keyed(rows)

    def _merged(self, stayed: Paths, further: Sequence[Further], texts: Texts) -> Paths:
        """The best of all, alignments of the same beginning taken together."""
        rows = np.concatenate((stayed.rows, *(part.rows for part in further)))
        order = rows[:, KEY].argsort(kind="stable")  # stable: a text that was there before stands for itself
        key = rows[:, KEY].take(order)
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
        kept = self._kept(total, rows[:, NODE].take(firsts))
        places = firsts.take(kept)
        found = self._lifted(Paths(rows.take(places, axis=0), ends_blank.take(kept), ends_phone.take(kept), total.take(kept)))
        words = further[-1].words
        if words is not None:
            first = len(rows) - len(words)
            (new,) = (places >= first).nonzero()
            found.rows[new, NUMBER] = texts.longer(found.rows[new, NUMBER], words.take(places.take(new) - first))
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

    def _lifted(self, paths: Paths) -> Paths:
        """The last one no less likely than the others have to be: to leave a word that leads nowhere costs no more than that."""
        least = float(paths.total.max()) * self._share
        if (last := float(paths.total[-1])) < least:
            for chances in (paths.ends_blank, paths.ends_phone, paths.total):
                chances[-1] *= least / last
        return paths

    def _pruned(self, paths: Paths) -> Paths:
        """Those that are likely enough."""
        kept = self._kept(paths.total, paths.rows[:, NODE])
        if len(kept) == len(paths.total):
            return paths
        chances = (one.take(kept) for one in (paths.ends_blank, paths.ends_phone, paths.total))
        return self._lifted(Paths(paths.rows.take(kept, axis=0), *chances))


def _spread(starts: Indices, ends: Indices) -> tuple[Indices, Indices]:
    """The place of its range, for all numbers of some ranges, and these numbers."""
    count = ends - starts
    each = np.arange(len(count)).repeat(count)
    return each, np.arange(len(each)) + (starts - count.cumsum() + count).take(each)
