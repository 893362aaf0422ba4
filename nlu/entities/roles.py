"""Roles and groups of entities, learnt from the words around them: 从北京(origin)迁到上海(destination)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nlu.data import Example
from nlu.text import fold
from nlu.understanding import Entity

Mark = tuple[str | None, str | None]
"""Role and group of an entity."""
_AROUND = 4
"""Characters on each side that are looked at."""
_COST = 10.0
_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class MarkModel:
    """A log-linear model of the marks of one entity; `weights` holds for each feature a weight a mark."""

    marks: tuple[Mark, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def likeliest(self, features: Iterable[str]) -> Mark:
        """The mark with the highest score."""
        rows = [self.bias, *(self.weights[one] for one in features if one in self.weights)]
        scores = [math.fsum(column) for column in zip(*rows, strict=True)]
        return self.marks[scores.index(max(scores))]


RoleModels = Mapping[str, MarkModel]
"""By the name of the entity; entities without roles and groups have none."""


def learn_roles(examples: Iterable[Example]) -> RoleModels:
    """A model for every entity that has a role or a group in some example."""
    rows: defaultdict[str, list[tuple[list[str], Mark]]] = defaultdict(list)
    for example in examples:
        ordered = sorted(example.entities, key=lambda one: one.start)
        for at, entity in enumerate(ordered):
            rows[entity.entity].append((list(_features(fold(example.text), ordered, at)), (entity.role, entity.group)))
    return {name: _learnt(kept) for name, kept in rows.items() if any(mark != (None, None) for _, mark in kept)}


def with_roles(folded: str, entities: Sequence[Entity], models: RoleModels) -> tuple[Entity, ...]:
    """The entities with their likeliest marks, from left to right: each one sees the mark of the one before."""
    marked: list[Entity] = []
    for at, entity in enumerate(entities):
        model = models.get(entity.entity)
        seen = (*marked, *entities[at:])
        role, group = (entity.role, entity.group) if model is None else model.likeliest(_features(folded, seen, at))
        marked.append(replace(entity, role=role, group=group))
    return tuple(marked)


def _features(folded: str, entities: Sequence[Entity], at: int) -> Iterator[str]:
    """The words on both sides up to the next entities, the place among those of its kind, and the mark before."""
    entity = entities[at]
    begin = max((one.end for one in entities[:at]), default=0)
    finish = min((one.start for one in entities[at + 1 :] if one.start >= entity.end), default=len(folded))
    before = folded[max(begin, entity.start - _AROUND) : entity.start]
    after = folded[entity.end : min(finish, entity.end + _AROUND)]
    yield from (f"<{before[-length:]}" for length in range(1, len(before) + 1))
    yield from (f">{after[:length]}" for length in range(1, len(after) + 1))
    yield from (f"<<{one}" for one in before)
    yield from (f">>{one}" for one in after)
    earlier = [one for one in entities[:at] if one.entity == entity.entity and one.end <= entity.start]
    yield f"place {min(len(earlier), 3)}"
    if not any(one.entity == entity.entity and one.start >= entity.end for one in entities[at + 1 :]):
        yield "last"
    if earlier:
        yield f"after {earlier[-1].role} {earlier[-1].group}"
        yield f"after {earlier[-1].role} {earlier[-1].group} {folded[earlier[-1].end : entity.start][-_AROUND:]}"


def _learnt(rows: Sequence[tuple[list[str], Mark]]) -> MarkModel:
    """Regularised logistic regression; one mark alone needs none."""
    marks = tuple(sorted({mark for _, mark in rows}, key=str))
    if len(marks) == 1:
        return MarkModel(marks, (0.0,))
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectoriser = DictVectorizer()
    inputs = vectoriser.fit_transform([dict.fromkeys(features, 1.0) for features, _ in rows])
    model = LogisticRegression(C=_COST, max_iter=_MOST_STEPS).fit(inputs, [marks.index(mark) for _, mark in rows])
    weights, bias = model.coef_, model.intercept_
    if len(marks) == 2:  # one row stands for both
        weights, bias = [-weights[0] / 2, weights[0] / 2], [-bias[0] / 2, bias[0] / 2]
    columns = zip(*(row.tolist() for row in weights), strict=True)
    named = dict(zip(vectoriser.get_feature_names_out().tolist(), columns, strict=True))
    kept = {name: tuple(round(one, 4) for one in column) for name, column in named.items()}
    return MarkModel(marks, tuple(round(float(one), 4) for one in bias), kept)


def plain_roles(models: RoleModels) -> dict[str, object]:
    """As JSON takes it."""
    return {name: {"marks": model.marks, "bias": model.bias, "weights": model.weights} for name, model in models.items()}


def roles_of(values: Mapping[str, Mapping[str, object]]) -> RoleModels:
    """Back from JSON."""
    return {name: _model_of(**value) for name, value in values.items()}  # type: ignore[arg-type]


def _model_of(marks: list[list[str | None]], bias: list[float], weights: dict[str, list[float]]) -> MarkModel:
    pairs = tuple((role, group) for role, group in marks)
    return MarkModel(pairs, tuple(bias), {name: tuple(row) for name, row in weights.items()})
