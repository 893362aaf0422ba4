"""Which voice an answer is in: a classifier of character n-grams, trained on samples of the voices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # scikit-learn has no types

_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Teller:
    """Says of answers which voice they are in. Figures are masked, since they belong to the prompt and not to the voice."""

    _pipeline: Any

    @classmethod
    def of(cls, voices: Mapping[str, Sequence[str]]) -> Teller:
        """From answers of two voices or more."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        texts = [_masked(text) for answers in voices.values() for text in answers]
        names = [name for name, answers in voices.items() for _ in answers]
        pipeline = make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
            LogisticRegression(C=30.0, class_weight="balanced", max_iter=1000),
        )
        return cls(pipeline.fit(texts, names))

    def voices(self, answers: Sequence[str]) -> list[str]:
        """The likeliest voice of each answer."""
        return [str(name) for name in self._pipeline.predict([_masked(text) for text in answers])] if answers else []

    def share(self, answers: Sequence[str], voice: str) -> float:
        """How many answers are in this voice."""
        return sum(name == voice for name in self.voices(answers)) / len(answers) if answers else 0.0


def _masked(text: str) -> str:
    return _FIGURES.sub("0", text)
