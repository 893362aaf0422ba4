"""What is odd about samples, told before training: nothing is left out unsaid."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from dialogue.style.samples import Sample
from nlu.personal_data import find

_RATIO = 5
"""A class with so many times the samples of another is told."""
_SHOWN = 3
_FIGURE = re.compile(r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+(?=[天元块折])")
_NOT = re.compile(r"不支持|不能|不可以|没有|无法|做不了|不行|不提供|暂时不")


@dataclass(frozen=True, slots=True)
class DataReport:
    """Origins (file:line) of what is odd. `duplicates` stand a second time, `contradictory` answer a question otherwise than
    another sample does, in figures or in yes and no; `unbalanced` names classes."""

    samples: int
    duplicates: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    contradictory: tuple[str, ...] = ()
    unbalanced: tuple[str, ...] = ()
    labels: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, ready for --json."""
        kinds = (one.name for one in fields(self) if one.name not in ("samples", "labels"))
        return {"samples": self.samples, **{kind: len(getattr(self, kind)) for kind in kinds}}

    def lines(self) -> tuple[str, ...]:
        """For people; one line a kind that was found, with the first places."""
        told = {
            "duplicates": "stand in the data more than once and weigh so much more",
            "personal": "hold personal data (write `scrub: true` to take them out)",
            "too_long": "are longer than max_length; the begin of the prompt is cut off",
            "empty": "have no answer and teach nothing; they are left out",
            "contradictory": "are answered otherwise by another sample",
            "unbalanced": "classes are of very different size",
        }
        found = ((len(getattr(self, kind)), getattr(self, kind), what) for kind, what in told.items())
        return tuple(
            f"{count} {what}: {', '.join(places[:_SHOWN])}{' ...' if count > _SHOWN else ''}"
            for count, places, what in found
            if count
        )


def report(samples: Sequence[Sample], length: Callable[[Sample], int], longest: int) -> DataReport:
    """Look through all samples; `length` counts one's tokens."""
    labels = Counter(sample.label for sample in samples if sample.label)
    return DataReport(
        samples=len(samples),
        duplicates=_duplicates(samples),
        personal=tuple(one.origin for one in samples if any(find(turn.text) for turn in one.turns if turn.role != "system")),
        too_long=tuple(one.origin for one in samples if length(one) > longest),
        empty=tuple(one.origin for one in samples if not one.answer),
        contradictory=_contradictory(samples),
        unbalanced=_unbalanced(labels),
        labels=dict(labels),
    )


def _duplicates(samples: Sequence[Sample]) -> tuple[str, ...]:
    seen: set[object] = set()
    found = []
    for sample in samples:
        if sample.turns in seen:
            found.append(sample.origin)
        seen.add(sample.turns)
    return tuple(found)


def _contradictory(samples: Sequence[Sample]) -> tuple[str, ...]:
    """Samples with the same persona, facts and question whose answers name other figures, or of which one denies."""
    groups: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.question and sample.answer:
            groups[sample.prompt, sample.question].append(sample)
    found = []
    for same in groups.values():
        first = same[0]
        found += [one.origin for one in same[1:] if _claims(one.answer) != _claims(first.answer)]
    return tuple(found)


def _claims(answer: str) -> tuple[frozenset[str], bool]:
    return frozenset(_FIGURE.findall(answer)), bool(_NOT.search(answer))


def _unbalanced(labels: Counter[str]) -> tuple[str, ...]:
    if len(labels) < 2:
        return ()
    most, least = labels.most_common(1)[0][1], labels.most_common()[-1][1]
    return tuple(f"{name} {count}" for name, count in labels.most_common()) if most > _RATIO * least else ()
