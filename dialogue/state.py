"""The state of a conversation as a value; dialogue.track says how events change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.asked import AskedNeed
from dialogue.events import ActionExecuted, AdapterChosen, BotUttered, SlotSource, UserUttered
from dialogue.scene import LISTEN, Scene
from nlu.understanding import Need

ACTION_LISTEN = LISTEN


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A slot's value and where it came from: the turn (1 = the first utterance, 0 = before any) and the words said.

    `before` is the value that it took the place of, None where there was none: what a correction put right.
    """

    value: Any
    turn: int = 0
    words: str = ""
    source: SlotSource = "default"
    before: Any = field(default=None, compare=False)


FIRST_CONFIGURATION = "1"
"""Configurations are named by number, in the order in which they were opened."""


@dataclass(frozen=True, slots=True)
class DialogueState:
    """A conversation so far.

    `intent` is the intent that the dialogue is about: `supplement_demand` leaves it as it was. `needs` are those of the
    last utterance; `need` is the index of the one being answered (None: the sentence as a whole). `actions` are those
    executed since the last utterance for the need being answered; `turn_actions` all since the last utterance.
    `misses` counts utterances in a row that were not understood, silences among them. `started` is set by SessionStarted,
    `ended` by SessionEnded until the next SessionStarted.
    """

    conversation: str
    turn: int = 0
    intent: str | None = None
    needs: tuple[Need, ...] = ()
    need: int | None = None
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    latest: UserUttered | None = None
    actions: tuple[ActionExecuted, ...] = ()
    turn_actions: tuple[ActionExecuted, ...] = ()
    active_loop: str | None = None
    misses: int = 0
    started: bool = False
    handed_over: bool = False
    ended: bool = False
    paused: bool = False
    rejected: str | None = None
    """The action that refused to run just now."""
    follow_up: str | None = None
    """The action that another one has asked for."""
    interrupted: bool = False
    """The running form was asked something else before."""
    history: tuple[UserUttered | BotUttered | ActionExecuted, ...] = ()
    initial_slots: Mapping[str, SlotValue] = field(default_factory=dict)
    """What SlotsReset and Restarted go back to."""
    asked: tuple[AskedNeed, ...] = ()
    """Everything asked for since the session began, with what became of it."""
    configurations: Mapping[str, Mapping[str, SlotValue]] = field(default_factory=dict)
    """Configurations put aside, by name: their slots. The current one's are in `slots`."""
    current: str = FIRST_CONFIGURATION
    """Name of the configuration spoken of."""
    grouped: tuple[str, ...] = ()
    """The slots that make up a configuration, once there are several."""
    offered: tuple[str, ...] = ()
    """Ids of the rows told last, in order."""
    scene: Scene = field(default_factory=Scene)
    """What stories are held against."""
    adapters: Mapping[str, AdapterChosen] = field(default_factory=dict)
    """Which adapter words what is said, by line, as it was drawn in this session."""

    def value(self, slot: str) -> Any:
        """The slot's value; None when it is empty or unknown. (Any: slots hold what operators and actions put in.)"""
        found = self.slots.get(slot)
        return None if found is None else found.value

    @property
    def focus(self) -> Need | None:
        """The need being answered; of a simple sentence its only one."""
        if self.need is not None:
            return self.needs[self.need]
        return self.needs[0] if len(self.needs) == 1 else None

    @property
    def intent_name(self) -> str | None:
        """What rules and stories match on: the focused need's intent, or 'a+b' while the sentence is taken whole."""
        if self.need is not None:
            return self.needs[self.need].intent
        return "+".join(need.intent for need in self.needs) or None
