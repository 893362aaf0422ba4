"""The conversation as stories see it: what was heard and known before each action, without what leads nowhere.

The frames are the `states` of Rasa's trackers: turns that only answer a running form are taken out, and so are utterances
that were not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.events import ActionExecuted
from dialogue.script import NOT_UNDERSTOOD
from nlu.understanding import Entity

MAX_FRAMES = 120
"""Frames kept; a story may be that long (thirty turns of four actions)."""
MAX_REVERTED = 6
"""Utterances that can be taken back, one after the other."""
LISTEN = "action_listen"
FOLLOW_UP = "follow-up"
"""The policy that does what the last action asked for."""
HEARD_NOTHING = ("fallback", "silence")
"""Policies whose actions answer an utterance that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment before an action: the needs and entities of the last utterance, the action before, slots and loop.

    `last` is empty at the very beginning. `needs` are empty before the first utterance; of one that was not understood they are
    nlu_fallback. `entities` are names, and `name#role` or `name#group` beside them. `slots` are the state's own, never changed
    in place.
    """

    needs: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    last: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    loop: str | None = None
    loops: int = 0
    """How many times a form has begun or ended so far."""
    by: str = ""
    """Why the action that follows was done."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The frames so far, oldest first, and the one that is open: the next action closes it.

    `before` are the scenes before the last utterances, the latest last, for the case that nothing comes of them. `refused` is
    the running form that refused an utterance and has not run since; `loops` counts as in a frame.
    """

    closed: tuple[Frame, ...] = ()
    now: Frame = Frame()
    before: tuple[Earlier, ...] = ()
    refused: str = ""
    loops: int = 0
    listened: bool = True
    """False from an utterance to the first action after it."""

    def frames(self, slots: Mapping[str, Any], loop: str | None) -> tuple[Frame, ...]:
        """All frames, the open one with the slots and the loop of this moment."""
        return (*self.closed, replace(self.now, slots=slots, loop=loop, loops=self.loops))


@dataclass(frozen=True, slots=True)
class Earlier:
    """How things stood before an utterance."""

    scene: Scene
    slots: Mapping[str, Any]
    loop: str | None


def labels(entities: Iterable[Entity]) -> tuple[str, ...]:
    """Entities as stories tell them apart: by name, and once more with their role and with their group."""
    return tuple(
        label
        for entity in entities
        for label in (entity.entity, *(f"{entity.entity}#{mark}" for mark in (entity.role, entity.group) if mark))
    )


def heard(scene: Scene, needs: tuple[str, ...], entities: tuple[str, ...], slots: Mapping[str, Any], loop: str | None) -> Scene:
    """The customer said something, or the next need of a sentence is taken: the bot has listened before."""
    listened = scene if scene.now.last == LISTEN else _closed(scene, ActionExecuted(LISTEN), slots, loop)
    now = replace(listened.now, needs=needs or (NOT_UNDERSTOOD,), entities=entities)
    before = (*listened.before, Earlier(replace(listened, before=()), slots, loop))[-MAX_REVERTED:]
    return replace(listened, now=now, before=before, listened=False)


def acted(scene: Scene, did: ActionExecuted, slots: Mapping[str, Any], loop: str | None) -> Scene:
    """The bot did something."""
    name, policy = did.name, did.policy
    if policy in HEARD_NOTHING:
        return replace(reverted(scene), before=scene.before)  # the action itself may take the utterance back, too
    if name == LISTEN and scene.now.last == LISTEN and scene.listened:
        if policy == FOLLOW_UP or not scene.closed:
            return scene
        return replace(scene, closed=(*scene.closed[:-1], replace(scene.closed[-1], by=did.reason)))
    if name == loop:
        again = None if scene.refused == name else _asked_again(scene, name)
        if again is not None:
            return again
        scene = replace(scene, refused="")
    return _closed(scene, did, slots, loop)


def refused(scene: Scene, name: str, loop: str | None) -> Scene:
    """An action refused to run; of the running form that is remembered until it runs again."""
    return replace(scene, refused=name) if name == loop else scene


def loop_changed(scene: Scene) -> Scene:
    """A form began or ended."""
    return replace(scene, refused="", loops=scene.loops + 1)


def reverted(scene: Scene) -> Scene:
    """The scene as it was before the last utterance."""
    return replace(scene.before[-1].scene, before=scene.before[:-1]) if scene.before else scene


def undone(scene: Scene) -> Scene:
    """The scene as it was before the last action."""
    if not scene.closed:
        return scene
    return replace(scene, closed=scene.closed[:-1], now=scene.closed[-1])


def _closed(scene: Scene, did: ActionExecuted, slots: Mapping[str, Any], loop: str | None) -> Scene:
    done = replace(scene.now, slots=slots, loop=loop, loops=scene.loops, by=did.reason)
    return replace(scene, closed=(*scene.closed, done)[-MAX_FRAMES:], now=replace(scene.now, last=did.name), listened=True)


def _asked_again(scene: Scene, form: str) -> Scene | None:
    """The scene as it was after the form last ran, when all since then was an answer to it; None when it was not.

    Such an answer cannot be taken back alone, but with what set the form off.
    """
    frames = (*scene.closed, scene.now)
    for at in range(len(frames) - 1, -1, -1):
        last = frames[at].last
        if last == form:
            before = scene.before if scene.listened else scene.before[:-1]
            return replace(scene, closed=frames[:at], now=frames[at], before=before, listened=True)
        if last != LISTEN:
            return None
    return None
