"""A conversation without understanding or words: intents go in, actions come out, through the real turn loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.turn import Steps, answer
from dialogue.actions.action import Action, ActionContext
from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.domain_file import read_domain
from dialogue.events import (
    ActionExecuted,
    BotUttered,
    Event,
    HandedOver,
    NeedStatus,
    SessionEnded,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from dialogue.forms import DEACTIVATE, DeactivateLoop, FormAction
from dialogue.guard.action_guard import ActionGuard
from dialogue.intake import Intake
from dialogue.script_file import Script, script_of
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from dialogue.yaml_file import parse
from nlu.understanding import Entity, Need, Understanding
from policies.ensemble import Ensemble
from policies.options import PolicyOptions


@dataclass(frozen=True, slots=True)
class NamedResponder:
    """Says the name of each response."""

    domain: Domain

    def say(self, response: str, state: DialogueState, channel: str, values: Mapping[str, Any]) -> BotUttered:
        del state, channel, values
        return BotUttered(response, response, response)

    def knows(self, response: str) -> bool:
        return response in self.domain.responses


@dataclass(frozen=True, slots=True)
class Happens:
    """An action of which these events come."""

    events: tuple[Event, ...] = ()

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        del context
        return self.events


@dataclass(frozen=True, slots=True)
class Parts:
    bot: Bot
    ensemble: Ensemble
    actions: Mapping[str, Action]
    responder: NamedResponder
    intake: Intake | None = None
    roles: Mapping[str, NeedStatus] = field(default_factory=dict)
    guard: ActionGuard | None = None


def read_script_text(text: str, file: str = "rules.yml") -> Script:
    return script_of(parse(text, Path(file)))


def domain_of(text: str) -> Domain:
    found = read_domain([parse(text, Path("domain.yml"))])
    assert not found.faults, [str(fault) for fault in found.faults]
    return found.domain


@dataclass(slots=True)
class Talk:
    """One conversation with the bot of a domain and a script, both as YAML."""

    domain: Domain
    script: Script
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    options: PolicyOptions = field(default_factory=PolicyOptions)
    ensemble: Ensemble = field(init=False)
    state: DialogueState = field(init=False)
    decided: list[ActionExecuted] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.ensemble = Ensemble.build(self.domain, self.script.rules, self.script.stories, self.options)
        self.state = track(initial_state("test", self.domain), SessionStarted())

    def says(self, intents: str, text: str = "说了一句话", **entities: str | int) -> list[str]:
        """One utterance of these needs ('a+b', '' for none); the bot's actions without action_listen.

        Entities belong to the need of their number ('phone__1' to the second), else to the first.
        """
        names = [name for name in intents.split("+") if name]
        found = [(int(key.partition("__")[2] or 0), _entity(key, value)) for key, value in entities.items()]
        needs = tuple(
            Need(name, 0.9, tuple(entity for owner, entity in found if owner == index)) for index, name in enumerate(names)
        )
        heard = Understanding(text, needs, tuple(entity for _, entity in found), 0.9)
        return self._turn(UserUttered(text, heard))

    def is_silent(self) -> list[str]:
        return self._turn(UserUttered("", Understanding("")))

    def _turn(self, said: UserUttered) -> list[str]:
        actions = {name: Happens(events) for name, events in self._happenings().items()}
        forms = {name: FormAction(form, self.domain) for name, form in self.domain.forms.items()}
        parts = Parts(
            Bot(Path("bot"), self.domain),
            self.ensemble,
            {**actions, **forms, DEACTIVATE: DeactivateLoop()},
            NamedResponder(self.domain),
        )
        steps = answer(parts, Steps(self.state), said)
        self.state = steps.state
        self.decided = [event for event in steps.events if isinstance(event, ActionExecuted)][:-1]
        return [event.name for event in self.decided]

    def _happenings(self) -> dict[str, tuple[Event, ...]]:
        known: dict[str, tuple[Event, ...]] = dict.fromkeys((*self.domain.responses, *self.domain.actions), ())
        known |= dict.fromkeys(("action_ask_again", "action_offer_person"), ())
        known |= {"action_hand_over": (HandedOver("asked"),), "action_end_call": (SessionEnded("goodbye"),)}
        return known | dict(self.events)


def sets(**slots: Any) -> tuple[SlotSet, ...]:
    return tuple(SlotSet(name, value) for name, value in slots.items())


def _entity(key: str, value: str | int) -> Entity:
    return Entity(key.partition("__")[0], value, str(value), 0, len(str(value)))
