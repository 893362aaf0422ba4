"""What stories suggest where none fits: a small classifier over the last moments of a conversation (the job of Rasa's TED).

A linear model on indicator features of the last frames (policies.fitting), trained in seconds when the bot is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogue.domain import Domain
from dialogue.script import Story
from dialogue.state import DialogueState
from policies.features import Features, Featurizer, intent_of
from policies.fitting import Floats, fit
from policies.follow import lessons
from policies.policy import Decision
from policies.stories import keys
from policies.trail import led_nowhere

NAME = "learnt"
WINDOW = 6
"""Frames looked at: two or three turns; what lies further back is summed up as a bag of intents and actions."""
GLIMPSES = (1, 2, 4)
"""Each example is also learnt from its last frames alone, since a conversation may come to it by another way."""


@dataclass(frozen=True, slots=True)
class LearntPolicy:
    """Decides when the likeliest action is at least as likely as `threshold` (Rasa's core_fallback_threshold)."""

    featurizer: Featurizer
    columns: Mapping[str, int]
    actions: tuple[str, ...]
    weights: Floats
    """(actions, columns + 1); the last column is the bias."""
    threshold: float

    @classmethod
    def of(cls, stories: Iterable[Story], domain: Domain, threshold: float, cache: Path | None = None) -> LearntPolicy | None:
        """Trained on the stories; None where they show fewer than two different actions. Fits are kept in `cache`."""
        featurizer = Featurizer.of(domain)
        rows: dict[tuple[str, ...], dict[str, int]] = {}
        for _, points in lessons(stories, domain):
            for key, action in keys(featurizer, points, None):
                for view in dict.fromkeys((key, *(key[-length:] for length in GLIMPSES))):
                    counts = rows.setdefault(indicators(view), {})
                    counts[action] = counts.get(action, 0) + 1
        actions = tuple(sorted({action for counts in rows.values() for action in counts}))
        if len(actions) < 2:
            return None
        columns = {name: at for at, name in enumerate(sorted({name for row in rows for name in row}))}
        return cls(featurizer, columns, actions, fit(rows, columns, actions, cache), threshold)

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or led_nowhere(state) or self._is_news(state):
            return None
        action, likelihood = self.best(state)
        if likelihood < self.threshold:
            return None
        return Decision(action, NAME, f"stories make it {likelihood:.0%} likely", likelihood)

    def _is_news(self, state: DialogueState) -> bool:
        """Whether something was just heard that is in no story, or nothing understood: then there is nothing to go by."""
        if state.actions:
            return False
        return not state.needs or f"0:intent={intent_of(state.scene.now.needs)}" not in self.columns

    def best(self, state: DialogueState) -> tuple[str, float]:
        """The likeliest action and its likelihood in [0, 1]."""
        frames = state.scene.frames(state.slots, state.active_loop)
        names = indicators(tuple(self.featurizer.features(frame) for frame in frames))
        known = [self.columns[name] for name in names if name in self.columns]
        scores = self.weights[:, known].sum(axis=1) + self.weights[:, -1]
        likely = np.exp(scores - scores.max())
        best = int(likely.argmax())
        return self.actions[best], float(likely[best] / likely.sum())


def indicators(frames: tuple[Features, ...]) -> tuple[str, ...]:
    """Names of what holds: each feature of the last frames by its distance, pairs within the last, and the bag before."""
    return tuple(sorted(set(_named(frames))))


def _named(frames: tuple[Features, ...]) -> Iterator[str]:
    now = [f"{kind}={value}" for kind, value in frames[-1]]
    for at, one in enumerate(now):
        yield from (f"{one}&{other}" for other in now[at + 1 :])
    for back, frame in enumerate(reversed(frames[-WINDOW:])):
        yield from (f"{back}:{kind}={value}" for kind, value in frame)
    turns = [frame for frame in frames if ("last", "action_listen") in frame]
    for back, frame in enumerate(reversed(turns[-3:])):
        yield from (f"turn {back}:{kind}={value}" for kind, value in frame if kind in ("intent", "entity"))
    for frame in frames:
        yield from (f"ever:{kind}={value}" for kind, value in frame if kind in ("last", "intent"))
