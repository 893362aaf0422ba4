"""action_two_stage_fallback: asks what was meant until it is clear, as a loop of its own (as Rasa has it).

First whether a guess is right; after a no for other words; not understood again after that, once more whether the guess is right.
It gives up when two answers on end are not understood, or the second guess is wrong, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.actions.action import Action, ActionContext
from dialogue.events import ActionExecuted, ActiveLoop, Event, UserUttered, UtteranceReverted
from dialogue.scene import LISTEN
from dialogue.script import NOT_UNDERSTOOD
from dialogue.state import DialogueState

NAME = "action_two_stage_fallback"
OUT_OF_SCOPE = "out_of_scope"
"""The no to a guess, as its button sends it."""


@dataclass(frozen=True, slots=True)
class TwoStageFallback:
    """What was clarified is put in the place of what was not understood, and the policies answer it."""

    ask_affirmation: Action
    ask_rephrase: Action
    give_up: Action

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        state = context.state
        begins = state.active_loop != NAME
        said = list(utterances(state))[: 1 if begins else None]
        meant = [one.understanding.needs[0].intent if one.understanding.needs else NOT_UNDERSTOOD for one in said]
        if meant and meant[0] not in (NOT_UNDERSTOOD, OUT_OF_SCOPE):
            return (*self._cleared(said),)
        if meant[:2] == [NOT_UNDERSTOOD] * 2 or meant[:3] == [OUT_OF_SCOPE, NOT_UNDERSTOOD, OUT_OF_SCOPE]:
            return (ActiveLoop(None), *self.give_up.run(context))
        ask = self.ask_affirmation if begins or meant[:1] == [NOT_UNDERSTOOD] else self.ask_rephrase
        return (*((ActiveLoop(NAME),) if begins else ()), *ask.run(context))

    @staticmethod
    def _cleared(said: list[UserUttered]) -> Iterator[Event]:
        yield ActiveLoop(None)
        yield UtteranceReverted()  # of what set the loop off; its answers count for nothing already
        yield ActionExecuted(LISTEN, NAME, "what was meant is clear now")
        yield said[0]


def utterances(state: DialogueState) -> Iterator[UserUttered]:
    """What was said since the loop began, the latest first, what set it off last."""
    current = True
    asked = False
    for event in reversed(state.history):
        if isinstance(event, ActionExecuted):
            asked = asked or event.name == NAME
        elif isinstance(event, UserUttered):
            if not (current or asked):
                return
            yield event
            current, asked = False, False
