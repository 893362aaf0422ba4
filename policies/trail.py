"""The last turns of a conversation as rules and stories see them: what was heard, what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.events import ActionExecuted, BotUttered, UserUttered
from dialogue.pattern import same_needs
from dialogue.scene import HEARD_NOTHING
from dialogue.script import ActionStep, UserStep
from dialogue.state import ACTION_LISTEN, DialogueState
from nlu.understanding import Entity, Need

SESSION_START = "action_session_start"
UNSEEN = (ACTION_LISTEN, SESSION_START)
"""Actions that rules and stories don't mention."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Needs answered together: one of a sentence that was taken apart, or all of a sentence taken whole."""

    needs: tuple[str, ...]
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """An action executed."""

    name: str


Moment = Heard | Done


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance and everything done for it, in order."""

    said: UserUttered
    actions: tuple[ActionExecuted, ...]


def earlier_turns(state: DialogueState) -> Iterator[Turn]:
    """The turns before the current one, the latest first."""
    actions: list[ActionExecuted] = []
    current = True
    for event in reversed(state.history):
        if isinstance(event, ActionExecuted):
            actions.append(event)
        elif isinstance(event, UserUttered):
            if not current:
                yield Turn(event, tuple(reversed(actions)))
            current, actions = False, []


def trail(state: DialogueState, utterances: int) -> tuple[Moment, ...]:
    """The current utterance and what was done for the need in focus, with up to `utterances` - 1 turns before it.

    What the bot did before the first of these utterances stands in front, for rules that begin with an action.
    """
    before, turns = _turns(state, utterances)
    moments: list[Moment] = [Done(action.name) for action in before]
    for turn in turns[:-1]:
        moments += _moments(turn)
    if turns:
        moments += _current(turns[-1], state)
    elif state.latest is not None:
        moments += _focused(state)
    return tuple(moment for moment in moments if not (isinstance(moment, Done) and moment.name in UNSEEN))


def meets(step: UserStep | ActionStep, moment: Moment) -> bool:
    """Whether this moment is what the step says."""
    if isinstance(step, ActionStep):
        return isinstance(moment, Done) and moment.name == step.name
    if not isinstance(moment, Heard):
        return False
    if not any(same_needs(moment.needs, wanted) for wanted in step.alternatives):
        return False
    return all(_has(moment.entities, name, value) for name, value in step.entities)


def is_silence(said: UserUttered) -> bool:
    """Whether nothing was said at all."""
    return not said.text.strip()


def led_nowhere(state: DialogueState) -> bool:
    """Whether the utterance was given up (fallback, silence): its story goes on with the next one."""
    return bool(state.actions) and state.actions[-1].policy in HEARD_NOTHING


def _has(entities: Iterable[Entity], name: str, value: Any) -> bool:
    return any(entity.entity == name and (value is None or str(value) in (str(entity.value), entity.text)) for entity in entities)


def _turns(state: DialogueState, utterances: int) -> tuple[list[ActionExecuted], list[Turn]]:
    """The last turns in order, and the actions before the first of them back to the utterance before.

    Silences are left out with what the bot said to them: they are no part of what rules and stories follow.
    """
    turns: list[Turn] = []
    actions: list[ActionExecuted] = []
    for event in reversed(state.history):
        match event:
            case ActionExecuted():
                actions.append(event)
            case UserUttered() if turns and is_silence(event):
                actions = []
            case UserUttered() if len(turns) == utterances:
                break
            case UserUttered():
                turns.append(Turn(event, tuple(actions[::-1])))
                actions = []
            case BotUttered():
                pass
    return actions[::-1], turns[::-1]


def _moments(turn: Turn) -> Iterable[Moment]:
    """A turn that is over: need by need where the actions say which need they answered."""
    needs = turn.said.understanding.needs
    taken = [action.need for action in turn.actions if action.need is not None]
    if not taken:
        yield Heard(tuple(need.intent for need in needs), turn.said.understanding.entities)
        yield from _done(turn.actions)
        return
    for index, need in enumerate(needs):
        yield _alone(need)
        yield from _done([action for action in turn.actions if action.need == index])


def _current(turn: Turn, state: DialogueState) -> Iterable[Moment]:
    if state.need is not None:
        for index, need in enumerate(state.needs[: state.need]):
            yield _alone(need)
            yield from _done([action for action in turn.actions if action.need == index])
    yield from _focused(state)


def _focused(state: DialogueState) -> Iterable[Moment]:
    if state.need is not None:
        yield _alone(state.needs[state.need])
    else:
        said = state.latest.understanding.entities if state.latest is not None else ()
        yield Heard(tuple(need.intent for need in state.needs), said)
    yield from _done(state.actions)


def _alone(need: Need) -> Heard:
    return Heard((need.intent,), need.entities)


def _done(actions: Sequence[ActionExecuted]) -> Iterable[Moment]:
    return (Done(action.name) for action in actions)
