"""The over-fit alarm: the loss falls while answers repeat themselves, lose variety, or are copies of training answers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_GRAM = 4
"""Characters: two Chinese words."""
_COPY = 0.9
"""An answer is a copy when so much of it stands in one training answer."""
_MORE_REPEATED, _LESS_DISTINCT, _MANY_COPIES = 0.10, 0.7, 0.5
"""Self-repetition this much above its lowest, distinct bigrams under this share of their highest, copies over this share."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the answers were at one evaluation; shares in [0, 1]. `loss` is training's since the evaluation before."""

    update: int
    loss: float
    repeated: float
    distinct: float
    copied: float


def self_repetition(answers: Iterable[str]) -> float:
    """The mean share of an answer's character 4-grams that stood in it before."""
    shares = [1 - len(set(grams)) / len(grams) for answer in answers if (grams := _grams(answer, _GRAM))]
    return sum(shares) / len(shares) if shares else 0.0


def distinct(answers: Iterable[str], size: int = 2) -> float:
    """Different character n-grams over all answers, by their number (Li et al. 2016)."""
    counts = Counter(gram for answer in answers for gram in _grams(answer, size))
    total = sum(counts.values())
    return len(counts) / total if total else 0.0


class Copies:
    """Recognises copies of training answers, exact ones and those that hold little else."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._known = {_bare(answer) for answer in answers}
        self._by_gram: dict[str, set[int]] = {}
        for number, answer in enumerate(sorted(self._known)):
            for gram in _grams(answer, _GRAM):
                self._by_gram.setdefault(gram, set()).add(number)

    def copied(self, answer: str) -> bool:
        """Whether it is one; an answer shorter than four characters only when it is the same."""
        bare = _bare(answer)
        if bare in self._known:
            return True
        grams = _grams(bare, _GRAM)
        shared = Counter(number for gram in grams for number in self._by_gram.get(gram, ()))
        return bool(shared) and max(shared.values()) / len(grams) >= _COPY

    def share(self, answers: Sequence[str]) -> float:
        """Of some answers."""
        return sum(map(self.copied, answers)) / len(answers) if answers else 0.0


def alarm(readings: Sequence[Reading]) -> str:
    """What is wrong at the last reading, or ''. The first reading is of the base, before any update."""
    if len(readings) < 2:
        return ""
    last, before = readings[-1], readings[:-1]
    earlier = [one.loss for one in before if one.update > 0]
    if not earlier or last.loss >= min(earlier):
        return ""
    wrong = []
    if last.repeated > min(one.repeated for one in before) + _MORE_REPEATED:
        wrong.append(f"answers repeat themselves ({last.repeated:.0%} of what they say)")
    if last.distinct < max(one.distinct for one in before) * _LESS_DISTINCT:
        wrong.append(f"answers lose variety (distinct pairs {last.distinct:.2f})")
    if last.copied > max(_MANY_COPIES, before[0].copied):
        wrong.append(f"answers copy those of training ({last.copied:.0%})")
    return "; ".join(wrong)


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _grams(text: str, size: int) -> list[str]:
    bare = _bare(text)
    return [bare[at : at + size] for at in range(len(bare) - size + 1)]
