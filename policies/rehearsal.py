"""A test story held against the policies, as `rasa test` does: what would the bot do, given that all before went as written?

Since nothing is understood or carried out, a verdict is about rules and stories alone; the events of custom actions are
those that the story writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dialogue.domain import Domain
from dialogue.events import ActionRejected
from dialogue.script import Story
from dialogue.track import track
from dialogue.yaml_file import Place
from policies.ensemble import Ensemble
from policies.fallback import NAME as FALLBACK
from policies.follow import Point, follow, ways
from policies.policy import Decision


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One action of a story: what it wants, what the bot would do, and why."""

    wanted: str
    decision: Decision
    place: Place

    @property
    def right(self) -> bool:
        return self.wanted == self.decision.action


def rehearse(ensemble: Ensemble, domain: Domain, stories: Iterable[Story]) -> Iterator[tuple[Story, tuple[Rehearsed, ...]]]:
    """Every action of the stories that follows a first utterance; those with an `or` once for each way through them."""
    for story in ways(stories):
        found: list[Rehearsed] = []

        def judge(point: Point, found: list[Rehearsed] = found) -> Decision | None:
            if point.state.latest is None:
                return None
            one = Rehearsed(point.action, _decide(ensemble, domain, point), point.place)
            found.append(one)
            return one.decision if one.right and one.decision.policy != FALLBACK else None

        for _ in follow(story, domain, judge):
            pass
        yield story, tuple(found)


def _decide(ensemble: Ensemble, domain: Domain, point: Point) -> Decision:
    """What the bot would do; a running form takes every utterance, unless the story says that it does not."""
    state, wanted = point.state, point.action
    if state.active_loop in domain.forms and not state.actions and wanted == state.active_loop:
        return Decision(wanted, "forms", f"{wanted} takes the answer")
    decision = ensemble.decide(state)
    if decision.action == state.active_loop != wanted:
        decision = ensemble.decide(track(state, ActionRejected(decision.action, "story")))
    if "/" in wanted and decision.action == wanted.partition("/")[0]:
        return replace(decision, action=wanted)  # utter_faq says the very answer that the intent asks for
    return decision
