"""The conversation as stories see it: what was heard and known before each action, without what leads nowhere.

The frames are the `states` of Rasa's trackers: turns that only answer a running form are taken out, and so are utterances
that were not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_FRAMES = 40
"""Frames kept; no policy looks further back (ten turns of four actions)."""
LISTEN = "action_listen"
HEARD_NOTHING = ("fallback", "silence")
"""Policies whose actions answer an utterance that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment before an action: the needs and entities of the last utterance, the action before, slots and loop.

    `last` is empty at the very beginning. `slots` are the state's own, never changed in place.
    """

    needs: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    last: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    loop: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The frames so far, oldest first, and the one that is open: the next action closes it.

    `before` is the scene before the last utterance, for the case that nothing comes of it.
    """

    closed: tuple[Frame, ...] = ()
    now: Frame = Frame()
    before: Scene | None = None

    def frames(self, slots: Mapping[str, Any], loop: str | None) -> tuple[Frame, ...]:
        """All frames, the open one with the slots and the loop of this moment."""
        now = self.now
        return (*self.closed, Frame(now.needs, now.entities, now.last, slots, loop))


def heard(scene: Scene, needs: tuple[str, ...], entities: tuple[str, ...], slots: Mapping[str, Any], loop: str | None) -> Scene:
    """The customer said something, or the next need of a sentence is taken: the bot has listened before."""
    listened = scene if scene.now.last == LISTEN else _closed(scene, LISTEN, slots, loop)
    now = Frame(needs, entities, listened.now.last, listened.now.slots, listened.now.loop)
    return Scene(listened.closed, now, before=Scene(listened.closed, listened.now))


def acted(scene: Scene, name: str, policy: str, slots: Mapping[str, Any], loop: str | None) -> Scene:
    """The bot did something."""
    if policy in HEARD_NOTHING:
        return reverted(scene)
    if name == LISTEN and scene.now.last == LISTEN:
        return scene
    if name == loop:
        again = _asked_again(scene, name)
        if again is not None:
            return again
    return _closed(scene, name, slots, loop)


def reverted(scene: Scene) -> Scene:
    """The scene as it was before the last utterance."""
    return scene.before or scene


def undone(scene: Scene) -> Scene:
    """The scene as it was before the last action."""
    if not scene.closed:
        return scene
    return Scene(scene.closed[:-1], scene.closed[-1], scene.before)


def _closed(scene: Scene, name: str, slots: Mapping[str, Any], loop: str | None) -> Scene:
    now = scene.now
    done = Frame(now.needs, now.entities, now.last, slots, loop)
    return Scene((*scene.closed, done)[-MAX_FRAMES:], Frame(now.needs, now.entities, name, now.slots, now.loop), scene.before)


def _asked_again(scene: Scene, form: str) -> Scene | None:
    """The scene as it was after the form last ran, when all since then was an answer to it; None when it was not."""
    frames = (*scene.closed, scene.now)
    for at in range(len(frames) - 1, -1, -1):
        last = frames[at].last
        if last == form:
            return Scene(frames[:at], frames[at], scene.before)
        if last != LISTEN:
            return None
    return None
