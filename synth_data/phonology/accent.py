"""How strongly a speaker's speech is coloured: which rules of the dialect this one speaker shows, and whose tones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from synth_data.phonology.tables import COMMON, TONES, Phonology, Place, Rule, phonology

STANDARD = "cmn"


@dataclass(frozen=True, slots=True)
class Accent:
    """One speaker's share of a dialect: the names of the rules shown ("tones": the town's own contours) and the town."""

    dialect: str
    rules: frozenset[str]
    place: str

    @property
    def has_tones(self) -> bool:
        return TONES in self.rules

    @property
    def home(self) -> Place:
        """Whose contours are spoken: those of the town, or Mandarin's."""
        if not self.has_tones:
            return phonology(STANDARD).places[0]
        return next(place for place in phonology(self.dialect).places if place.name == self.place)

    def shown(self) -> Iterable[Rule]:
        """The rules that this speaker follows, in their order."""
        return (rule for rule in phonology(self.dialect).rules if rule.name in self.rules)


@cache
def usual_accent(dialect: str) -> Accent:
    """What most speakers of the first town show."""
    data = phonology(dialect)
    place = data.places[0].name
    return Accent(dialect, frozenset(name for name, share in _shares(data, place) if share >= COMMON), place)


def draw_accent(dialect: str, rng: np.random.Generator, strength: float = 1.0) -> Accent:
    """The accent of one speaker. `strength` multiplies each rule's share: 0 is none at all, 1 as common as the sources tell.

    Raises PronunciationError for an unknown dialect.
    """
    data = phonology(dialect)
    shares = np.array([place.share for place in data.places])
    place = data.places[int(rng.choice(len(shares), p=shares / shares.sum()))].name
    shown = [name for name, share in _shares(data, place) if rng.random() < share * strength]
    return Accent(dialect, frozenset(shown), place)


def _shares(data: Phonology, place: str) -> Iterable[tuple[str, float]]:
    yield TONES, data.tone_share
    for rule in data.rules:
        if not rule.places or place in rule.places:
            yield rule.name, rule.share
