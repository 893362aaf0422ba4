"""A conversation's state in the shape of Rasa's trackers, as action servers get it."""

from __future__ import annotations

from collections.abc import Iterable

from dialogue.domain import Domain
from dialogue.event_json import to_json
from dialogue.events import Event
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import DialogueState
from dialogue.understanding_json import Json, parse_result


def tracker_json(state: DialogueState, domain: Domain, just_now: Iterable[Event] = ()) -> Json:
    """The state, with `just_now` at the end of its events: action servers look there for what was set last."""
    last = state.turn_actions[-1].name if state.turn_actions else "action_listen"
    return {
        "sender_id": state.conversation,
        "slots": {name: state.value(name) for name in dict.fromkeys((*domain.slots, *state.slots, REQUESTED_SLOT))},
        "latest_message": {"text": None, "intent": {}, "entities": []}
        if state.latest is None
        else parse_result(state.latest.understanding) | {"metadata": dict(state.latest.metadata)},
        "latest_event_time": None,
        "latest_input_channel": None if state.latest is None else state.latest.channel,
        "latest_action_name": last,
        "latest_action": {"action_name": last},
        "active_loop": {} if state.active_loop is None else {"name": state.active_loop, "is_interrupted": state.interrupted},
        "paused": state.paused or state.handed_over,
        "followup_action": state.follow_up,
        "events": [to_json(event) for event in (*state.history, *just_now)],
    }
