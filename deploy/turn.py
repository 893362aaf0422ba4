"""From an utterance to the events that answer it; no store, no lock, no clock."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from dialogue.actions.action import Action, ActionContext, Responder
from dialogue.actions.remote import RemoteAction
from dialogue.asked import outcome, settled
from dialogue.bot_files import Bot
from dialogue.events import (
    ActionExecuted,
    ActionRejected,
    AdapterReplied,
    BotUttered,
    Event,
    HandedOver,
    NeedStatus,
    NeedTaken,
    ReplyBlocked,
    SessionEnded,
    SlotSet,
    UserUttered,
)
from dialogue.guard.action_guard import ActionGuard
from dialogue.intake import Intake
from dialogue.meaning import AFFIRM
from dialogue.negation import NOT
from dialogue.reply import Reply, StageTimes
from dialogue.slots import extract, extractors
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.track import track
from dialogue.wording.wording import TurnWording
from policies.offers import last_response
from policies.policy import Decision

log = logging.getLogger(__name__)

ANSWERED = Decision(ACTION_LISTEN, "turn", "everything is answered")
MAX_ACTIONS = 20
"""Actions for one need before the turn is cut off: rules that call each other in a circle must not hold up a call."""


class Decider(Protocol):
    """The ensemble, as the turn sees it."""

    def decide(self, state: DialogueState) -> Decision: ...

    def takes_whole(self, state: DialogueState) -> bool: ...


class Parts(Protocol):
    """What a turn needs of deploy.bot.BotParts."""

    @property
    def bot(self) -> Bot: ...
    @property
    def ensemble(self) -> Decider: ...
    @property
    def actions(self) -> Mapping[str, Action]: ...
    @property
    def responder(self) -> Responder: ...
    @property
    def intake(self) -> Intake | None: ...
    @property
    def roles(self) -> Mapping[str, NeedStatus]: ...
    @property
    def guard(self) -> ActionGuard | None: ...


@dataclass(slots=True)
class Steps:
    """The events of one turn as they come, and the state they lead to."""

    state: DialogueState
    events: list[Event] = field(default_factory=list)
    stopped: Decision | None = None
    """Who decided to wait for the customer, and why."""
    wording: TurnWording | None = None
    """Who words what responses say, where bot.yml lets a language model do so."""

    def add(self, event: Event) -> None:
        if isinstance(event, BotUttered) and self._said(event):
            return  # two needs with one answer hear it once
        self.events.append(event)
        self.state = track(self.state, event)

    def reply(self, times: StageTimes) -> Reply:
        return Reply(
            messages=tuple(event for event in self.events if isinstance(event, BotUttered)),
            actions=tuple(event.name for event in self.events if isinstance(event, ActionExecuted)),
            hand_over=any(isinstance(event, HandedOver) for event in self.events),
            end=any(isinstance(event, SessionEnded) for event in self.events),
            times=times,
            blocked=tuple(event.kind for event in self.events if isinstance(event, ReplyBlocked)),
            wordings=tuple(event for event in self.events if isinstance(event, AdapterReplied)),
        )

    def worded(self, event: Event, action: str) -> tuple[Event, ...]:
        """What is to be added for an event of an action: a message in the words in which it is said, with how it came by them."""
        if self.wording is None or not isinstance(event, BotUttered):
            return (event,)
        before = "".join(message.speech for message in self.events if isinstance(message, BotUttered))
        found = self.wording.worded(event, action, self.state, before)
        return () if found[-1] in self.events else found

    def _said(self, message: BotUttered) -> bool:
        return any(
            isinstance(event, BotUttered) and event.response == message.response and event.own_words == message.own_words
            for event in self.events
        )


def answer(parts: Parts, steps: Steps, said: UserUttered) -> Steps:
    """Track the utterance, fill slots, then answer the sentence whole or need by need; one action_listen ends it."""
    intake = parts.intake
    if intake is not None:
        said = replace(said, understanding=intake.meant(steps.state, said.understanding))
    steps.add(said)
    needs = len(steps.state.needs)
    whole = needs < 2 or parts.ensemble.takes_whole(steps.state)
    _add_all(steps, extract(parts.bot.domain, steps.state, said) if intake is None else intake.first(steps.state, said, whole))
    _extract_by_action(parts, steps, said.channel)
    later = None if whole or intake is None else intake.later
    if needs < 2 or parts.ensemble.takes_whole(steps.state):
        for index in range(needs):
            _add_all(steps, () if later is None else later(steps.state, said, index))
        _settle(parts, steps, range(needs), _run(parts, steps, said.channel))
    else:
        for index in range(needs):
            if intake is not None and _opens(parts, intake, steps.state, index):
                continue
            steps.add(NeedTaken(index))
            _add_all(steps, () if later is None else later(steps.state, said, index))
            _settle(parts, steps, (index,), _run(parts, steps, said.channel))
    steps.add(_listening(steps) if parts.bot.domain.as_rasa else ActionExecuted(ACTION_LISTEN, ANSWERED.policy, ANSWERED.reason))
    return steps


def _add_all(steps: Steps, events: Iterable[Event]) -> None:
    for event in events:
        steps.add(event)


def _listening(steps: Steps) -> ActionExecuted:
    """In a bot of Rasa waiting is an action as any other: rules and stories want it, and are remembered to."""
    stop = steps.stopped or ANSWERED
    return ActionExecuted(ACTION_LISTEN, stop.policy, stop.reason, stop.confidence)


def _opens(parts: Parts, intake: Intake, state: DialogueState, index: int) -> bool:
    """Whether a need only leads up to a question: thanks, or a 'good' that is no yes to something that was offered."""
    offered = state.needs[index].intent == AFFIRM and last_response(state) in parts.bot.settings.offers
    return intake.meaning.opens(state, index) and not offered


def _settle(parts: Parts, steps: Steps, needs: Iterable[int], events: Sequence[Event]) -> None:
    """Note what became of these needs of the utterance; what the customer turned down is refused."""
    for index in needs:
        state = steps.state
        if index >= len(state.needs):
            return  # the conversation was begun anew in between
        need = state.needs[index]
        gone = bool(need.entities) and all(entity.role == NOT for entity in need.entities)
        status = "refused" if gone else outcome(events, parts.roles)
        for event in settled(state.asked, state.turn, index, status, state.intent):
            steps.add(event)


def _fill_slots(parts: Parts, steps: Steps, said: UserUttered) -> None:
    for slot_set in extract(parts.bot.domain, steps.state, said):
        steps.add(slot_set)
    _extract_by_action(parts, steps, said.channel)


def _extract_by_action(parts: Parts, steps: Steps, channel: str) -> None:
    """Slots that custom actions fill from an utterance, as Rasa's action_extract_slots lets them."""
    for name in extractors(parts.bot.domain):
        action = parts.actions.get(name)
        context = ActionContext(steps.state, channel, parts.responder)
        if isinstance(action, RemoteAction):
            events = action.server.call(name, context) or ()  # a server that is away fills nothing, and nobody is told
        else:
            events = () if action is None else action.run(context)
        if parts.guard is not None:
            events = parts.guard.passed(events, name, context)
        for event in events:
            if isinstance(event, (SlotSet, BotUttered, ReplyBlocked)):
                steps.add(event)


def act(parts: Parts, steps: Steps, name: str, channel: str, reason: str) -> None:
    """Run one action outside the policies (the start of a session)."""
    _execute(parts, steps, channel, Decision(name, "session", reason))


def _run(parts: Parts, steps: Steps, channel: str) -> Sequence[Event]:
    """Run the ensemble until it listens; what came of it."""
    begun = len(steps.events)
    for _ in range(MAX_ACTIONS):
        decision = parts.ensemble.decide(steps.state)
        if decision.action == ACTION_LISTEN:
            steps.stopped = decision
            return steps.events[begun:]
        _execute(parts, steps, channel, decision)
    log.error("turn cut off after %d actions, the last by %s (%s)", MAX_ACTIONS, decision.policy, decision.reason)
    return steps.events[begun:]


def _execute(parts: Parts, steps: Steps, channel: str, decision: Decision) -> None:
    executed = ActionExecuted(decision.action, decision.policy, decision.reason, decision.confidence, steps.state.need)
    action = parts.actions.get(decision.action)
    if action is None:
        log.warning("action %s is nowhere defined; nothing was done", decision.action)
        steps.add(executed)
        return
    context = ActionContext(track(steps.state, executed), channel, parts.responder)
    events = action.run(context)
    if parts.guard is not None:
        events = parts.guard.passed(events, decision.action, context)
    if not any(isinstance(event, ActionRejected) and event.name == decision.action for event in events):
        steps.add(executed)
    for event in events:
        for one in steps.worded(event, decision.action):
            steps.add(one)
        if isinstance(event, UserUttered):  # an action that makes clear what was meant says it anew
            _fill_slots(parts, steps, event)
