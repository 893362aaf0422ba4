"""How each event changes the state of a conversation: old state and event in, new state out."""

from __future__ import annotations

from dataclasses import replace

from dialogue.asked import asked, form_began, form_ended, settle
from dialogue.domain import Domain
from dialogue.events import (
    ActionExecuted,
    ActionRejected,
    ActionReverted,
    ActiveLoop,
    AdapterChosen,
    AdapterReplied,
    BotUttered,
    ConfigurationChosen,
    ConfigurationOpened,
    Event,
    FollowUp,
    HandedOver,
    LeadRecorded,
    LoopInterrupted,
    MessageQueued,
    NeedSettled,
    NeedTaken,
    Paused,
    ReminderCancelled,
    ReminderScheduled,
    ReplyBlocked,
    Restarted,
    Resumed,
    RowsOffered,
    SessionEnded,
    SessionStarted,
    SlotSet,
    SlotsReset,
    UserUttered,
    UtteranceReverted,
)
from dialogue.scene import Scene, acted, heard, labels, loop_changed, refused, reverted, undone
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import ACTION_LISTEN, FIRST_CONFIGURATION, DialogueState, SlotValue
from nlu.understanding import Need

DOES_NOT_CHANGE_TOPIC = frozenset({"supplement_demand"})
"""Intents that only add to what is being spoken of. 'Make it two years' after a price question is still about the
price, so the state keeps that intent, and the next question is understood in its light."""


DEACTIVATE_LOOP = "action_deactivate_loop"
"""The action that breaks a form off."""


def initial_state(conversation: str, domain: Domain) -> DialogueState:
    """A conversation in which nothing has happened: slots have the domain's initial values."""
    initial = {slot.name: SlotValue(slot.initial_value) for slot in domain.slots.values() if slot.initial_value is not None}
    return DialogueState(conversation, slots=initial, initial_slots=initial)


def track(state: DialogueState, event: Event) -> DialogueState:  # noqa: PLR0912 -- one case an event
    """The state after the event."""
    match event:
        case UserUttered():
            return _uttered(state, event)
        case NeedTaken(index):
            return _need_taken(state, index)
        case BotUttered():
            return replace(state, history=(*state.history, event))
        case SlotSet():
            return _slot_set(state, event)
        case ActionExecuted():
            return _acted(state, event)
        case ActiveLoop(name):
            return _looped(state, name)
        case LoopInterrupted(interrupted):
            return replace(state, interrupted=interrupted)
        case ActionRejected(name):
            return replace(state, rejected=name, scene=refused(state.scene, name, state.active_loop))
        case FollowUp(name):
            return replace(state, follow_up=name)
        case UtteranceReverted():
            return _taken_back(state)
        case ActionReverted():
            return replace(state, scene=undone(state.scene))
        case Paused():
            return replace(state, paused=True)
        case Resumed():
            return replace(state, paused=False)
        case ReminderScheduled() | ReminderCancelled():
            return state  # for whoever keeps the time
        case HandedOver():
            return replace(state, handed_over=True)
        case AdapterChosen(line):
            return replace(state, adapters={**state.adapters, line: event})
        case LeadRecorded() | MessageQueued() | AdapterReplied() | ReplyBlocked():
            return state  # kept in the store; it changes nothing that is said
        case NeedSettled():
            return replace(state, asked=settle(state.asked, event))
        case ConfigurationOpened(name, slots, carried):
            return _opened(state, name, slots, carried)
        case ConfigurationChosen(name, slots):
            return _chosen(state, name, slots)
        case RowsOffered(rows):
            return replace(state, offered=rows)
        case SlotsReset():
            return replace(
                state, slots=state.initial_slots, configurations={}, current=FIRST_CONFIGURATION, grouped=(), offered=()
            )
        case SessionStarted():
            return _session_started(state)
        case Restarted():
            return replace(
                DialogueState(state.conversation, slots=state.initial_slots, initial_slots=state.initial_slots),
                started=state.started,
            )
        case SessionEnded():
            return replace(state, ended=True)


def _taken_back(state: DialogueState) -> DialogueState:
    """As it was before the last utterance, slots and form included; the bot waits then, unless an action asked for another."""
    earlier = state.scene.before[-1] if state.scene.before else None
    slots, loop = (state.slots, state.active_loop) if earlier is None else (earlier.slots, earlier.loop)
    follow_up = state.follow_up or ACTION_LISTEN
    return replace(state, scene=reverted(state.scene), slots=slots, active_loop=loop, follow_up=follow_up)


def _acted(state: DialogueState, event: ActionExecuted) -> DialogueState:
    """What was done at the start of a session is no part of any story."""
    unseen = event.policy == "session"
    return replace(
        state,
        actions=(*state.actions, event),
        turn_actions=(*state.turn_actions, event),
        history=(*state.history, event),
        rejected=None,
        follow_up=None,
        scene=state.scene if unseen else acted(state.scene, event, state.slots, state.active_loop),
    )


def _need_taken(state: DialogueState, index: int) -> DialogueState:
    need = state.needs[index]
    entities = labels(need.entities)
    scene = heard(state.scene, (need.intent,), entities, state.slots, state.active_loop)
    return replace(state, need=index, actions=(), scene=scene)


def _uttered(state: DialogueState, event: UserUttered) -> DialogueState:
    needs = event.understanding.needs
    entities = labels(event.understanding.entities)
    return replace(
        state,
        scene=heard(state.scene, tuple(need.intent for need in needs), entities, state.slots, state.active_loop),
        turn=state.turn + 1,
        intent=topic(state.intent, needs),
        needs=needs,
        need=None,
        latest=event,
        actions=(),
        turn_actions=(),
        rejected=None,
        follow_up=None,
        misses=0 if needs else state.misses + 1,
        asked=(*state.asked, *asked(state.turn + 1, event.text, needs)),
        history=(*state.history, event),
    )


def topic(before: str | None, needs: tuple[Need, ...]) -> str | None:
    """What the dialogue is about after these needs: the last that has a topic of its own, else what it was before."""
    named = [need.intent for need in needs if need.intent not in DOES_NOT_CHANGE_TOPIC]
    if named:
        return named[-1]
    return before or (needs[-1].intent if needs else None)


def _slot_set(state: DialogueState, event: SlotSet) -> DialogueState:
    slots = dict(state.slots)
    if event.value is None:
        slots.pop(event.name, None)
    else:
        old = state.value(event.name)
        before = old if old != event.value else None
        slots[event.name] = SlotValue(event.value, state.turn, event.words, event.source, before)
    # an answer to the form's question was understood, whether or not it has an intent
    answered = event.source == "said" and state.active_loop is not None and event.name == state.value(REQUESTED_SLOT)
    return replace(state, slots=slots, misses=0 if answered else state.misses)


def _looped(state: DialogueState, name: str | None) -> DialogueState:
    """A form begins, or ends: broken off by action_deactivate_loop, else because it has all that it asked for."""
    looped = replace(state, active_loop=name, interrupted=False, rejected=None, scene=loop_changed(state.scene))
    if name is not None:
        return replace(looped, asked=form_began(state.asked, state.turn, name))
    broken_off = bool(state.actions) and state.actions[-1].name == DEACTIVATE_LOOP
    return replace(looped, asked=form_ended(state.asked, state.active_loop, "refused" if broken_off else "answered"))


def _opened(state: DialogueState, name: str, group: tuple[str, ...], carried: tuple[str, ...]) -> DialogueState:
    aside = {slot: value for slot, value in state.slots.items() if slot in group}
    slots = {slot: value for slot, value in state.slots.items() if slot not in group or slot in carried}
    return replace(state, slots=slots, configurations={**state.configurations, state.current: aside}, current=name, grouped=group)


def _chosen(state: DialogueState, name: str, group: tuple[str, ...]) -> DialogueState:
    """The configuration put aside under this name comes back; an unknown name changes nothing."""
    back = state.configurations.get(name)
    if back is None:
        return state
    aside = {slot: value for slot, value in state.slots.items() if slot in group}
    others = {other: slots for other, slots in state.configurations.items() if other != name}
    slots = {**{slot: value for slot, value in state.slots.items() if slot not in group}, **back}
    return replace(state, slots=slots, configurations={**others, state.current: aside}, current=name)


def _session_started(state: DialogueState) -> DialogueState:
    """A session after another begins without a topic; slots and history are carried over."""
    return replace(
        state,
        intent=None,
        needs=(),
        need=None,
        latest=None,
        actions=(),
        turn_actions=(),
        active_loop=None,
        misses=0,
        started=True,
        handed_over=False,
        ended=False,
        paused=False,
        rejected=None,
        follow_up=None,
        interrupted=False,
        asked=(),
        scene=Scene(),
        adapters={},
    )
