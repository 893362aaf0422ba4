"""A test story held against the policies, as `rasa test` does: what would the bot do, given that all before went as written?

Since nothing is understood or carried out, a verdict is about rules and stories alone; the events of custom actions are
those that the story writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActionRejected
from dialogue.script import Story
from dialogue.state import ACTION_LISTEN
from dialogue.track import initial_state, track
from dialogue.yaml_file import Place
from policies.ensemble import Ensemble
from policies.follow import happenings, ways
from policies.policy import Decision

BEGINS = Decision(ACTION_LISTEN, "ensemble", "a conversation begins with the bot waiting")


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
    """Every action of the stories but one that a story begins with; those with an `or` once for each way through them."""
    for story in ways(stories):
        yield story, tuple(_followed(ensemble, domain, story))


def _followed(ensemble: Ensemble, domain: Domain, story: Story) -> Iterator[Rehearsed]:
    state = initial_state(story.name, domain)
    acted = False
    for number, (event, place) in enumerate(happenings(story, domain)):
        if not isinstance(event, ActionExecuted):
            state = track(state, event)
            continue
        decision = ensemble.decide(state) if acted else BEGINS
        acted = True
        if decision.action == state.active_loop != event.name and decision.action in domain.forms:
            state = track(state, ActionRejected(decision.action, "story"))  # the story says that the form let others answer
            decision = ensemble.decide(state)
        one = Rehearsed(event.name, decision, place)
        if number:
            yield one
        state = track(state, ActionExecuted(event.name, "story", story.name))
