"""Reading text off the encoder by its phone head: head, pronunciations and language model of one model folder.

A small decoder trained on a closed domain writes fluent sentences that nobody said; the phones are heard right (phone error
rate 0.13 on unseen voices where the decoder's character error rate was 0.54), so where a model has a phone head, its text comes
from there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from asr import lexicon
from asr.ctc import PhoneHead, Scores, best_path
from asr.hot_words import HotWord, add
from asr.language_model import NGrams
from asr.lexical_search import Found, LexicalSearch
from asr.reading import NO_RIVAL, Evidence
from asr.search_graph import SearchGraph, compiled
from asr.vocabulary import Vocabulary

_CANTONESE = "yue:"  # units that Mandarin lacks are marked so in the corpus
_DOUBTFUL = math.log(0.8)


@dataclass(frozen=True, slots=True)
class Read:
    """A text and how sure its sound was: `score` is a mean log-probability, <= 0; the best one of a window has `evidence`."""

    text: str
    score: float
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class PhoneReader:
    """Text from encoded sound. Holds no state; safe for several threads."""

    vocabulary: Vocabulary
    head: PhoneHead
    search: LexicalSearch
    characters: dict[int, str]

    @classmethod
    def load(cls, folder: Path, vocabulary: Vocabulary, hot_words: Sequence[HotWord] = ()) -> PhoneReader | None:
        """The reader of a model folder; none where phone head, pronunciations or language model are missing."""
        tokens: dict[str, int] = vocabulary.tokenizer.get_vocab()
        head, model = PhoneHead.read(folder), NGrams.read(folder, tokens, vocabulary.end)
        if head is None or model is None or not (folder / lexicon.LEXICON_FILE).exists():
            return None
        graph, characters = _graph(folder, vocabulary, head, hot_words)
        return cls(vocabulary, head, LexicalSearch(graph, model), characters)

    def expecting(self, folder: Path, hot_words: Sequence[HotWord]) -> PhoneReader:
        """The same that expects other words, by the pronunciations of its model folder."""
        graph, characters = _graph(folder, self.vocabulary, self.head, hot_words)
        return replace(self, search=replace(self.search, graph=graph), characters=characters)

    def read(self, encoded: Scores, dialect: str, most: int) -> list[Read]:
        """Up to `most` texts of `encoded` (frames, width), best first; none when no phone is heard."""
        return self.read_scores(self.head.scores(encoded), dialect, most, self.head.tones(encoded))

    def read_scores(self, scores: Scores, dialect: str, most: int, tones: Scores | None = None) -> list[Read]:
        """The same of what the head made of the frames, (frames, phones + 1) and (frames, tones)."""
        heard = best_path(scores)
        token = self.vocabulary.dialects[dialect]
        found = self.search.search(scores, token, tones) if heard else []
        if not found:
            return []
        each = [score for _, score in heard]
        sure = float(np.mean(each))
        best, others = found[0], found[1:most]
        first = Read(self._text(best.ids), min(0.0, sure), self._evidence(scores, each, found, token))
        return [first, *(Read(self._text(one.ids), min(0.0, sure + (one.score - best.score) / len(one.ids))) for one in others)]

    def _evidence(self, scores: Scores, heard: Sequence[float], found: Sequence[Found], dialect: int) -> Evidence:
        best, ids = found[0], found[0].ids
        return Evidence(
            sound=float(np.mean(heard)),
            worst=min(heard),
            margin=(best.score - found[1].score) / len(ids) if len(found) > 1 else NO_RIVAL,
            language=self.search.language_model.score_of(dialect, ids) / len(ids),
            doubt=float((scores.max(axis=1) < _DOUBTFUL).mean()),
        )

    def _text(self, ids: tuple[int, ...]) -> str:
        return "".join(self.characters[id] for id in ids)

    def is_cantonese(self, encoded: Scores) -> bool:
        """Whether most of the marked units heard are Cantonese; its sounds give it away sooner than its words."""
        phones = [self.head.phones[unit - 1] for unit, _ in best_path(self.head.scores(encoded))]
        return sum(phone.startswith(_CANTONESE) for phone in phones) > math.ceil(len(phones) * 0.3)


def _graph(
    folder: Path, vocabulary: Vocabulary, head: PhoneHead, hot_words: Sequence[HotWord]
) -> tuple[SearchGraph, dict[int, str]]:
    """The search's graph, and the characters that it may write: hot words may have some that the model never saw."""
    tokens: dict[str, int] = vocabulary.tokenizer.get_vocab()
    units = {phone: unit for unit, phone in enumerate(head.phones, 1)}
    root = lexicon.tree(lexicon.read(folder), units, tokens, vocabulary.dialects)
    add(root, hot_words, units, tokens)
    return compiled(root), {id: token for token, id in tokens.items()}
