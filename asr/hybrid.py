"""Hybrid decoding: the decoder's and the CTC head's hypotheses, judged by both (Watanabe et al. 2017).

The decoder knows the language and may invent; the CTC head hears each frame and can't. A text that both believe is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asr.ctc import CharacterHead, best_path, prefix_beam, text_scores
from asr.vocabulary import Vocabulary

_IMPOSSIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class Judged:
    """A text as token ids; `score` is the weighted mean of both log-probabilities a token, <= 0."""

    ids: tuple[int, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Hybrid:
    """Judges texts over one encoded window. `ctc_weight` in [0, 1] is the CTC head's say; `beam` the width of its own search."""

    model: Any  # ctranslate2.models.Whisper is untyped
    vocabulary: Vocabulary
    head: CharacterHead
    ctc_weight: float
    beam: int

    def judge(self, encoded: Any, heard: Sequence[tuple[int, ...]], dialect: str) -> list[Judged]:
        """The decoder's texts (`heard`) and the head's own, best first; none when the head hears no character at all."""
        frames = np.array(encoded)
        scores = self.head.scores(frames[0])
        if not best_path(scores):
            return []
        texts = list(dict.fromkeys([text for text in [*heard, *prefix_beam(scores, self.beam)] if text]))
        ctc = text_scores(scores, texts)
        joint = self.ctc_weight * ctc + (1 - self.ctc_weight) * self._decoder_scores(frames, texts, dialect)
        order = np.argsort(-joint)
        return [Judged(texts[i], float(min(0.0, joint[i] / (len(texts[i]) + 1)))) for i in order]

    def _decoder_scores(self, frames: NDArray[np.float32], texts: Sequence[tuple[int, ...]], dialect: str) -> NDArray[np.float64]:
        """The decoder's log-probability of each text, (texts,); it costs one pass, since the texts are given."""
        import ctranslate2

        repeated = np.ascontiguousarray(np.repeat(frames, len(texts), axis=0))
        tokens = [[self.vocabulary.dialects[dialect], *text] for text in texts]
        start = [self.vocabulary.start, self.vocabulary.transcribe]
        found = self.model.align(ctranslate2.StorageView.from_array(repeated), start, tokens, frames.shape[1])
        return np.array([np.log(np.maximum(one.text_token_probs[1:], _IMPOSSIBLE)).sum() for one in found])
