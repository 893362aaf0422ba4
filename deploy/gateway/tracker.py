"""A conversation in the shape of Rasa's tracker."""

from __future__ import annotations

from typing import Any

from deploy.gateway.turns import Seller
from dialogue.event_json import to_json
from dialogue.events import UserUttered
from dialogue.manager import plain_state
from dialogue.understanding_json import parse_result


def tracker(conversation: str, bot: Seller) -> dict[str, Any]:
    """Everything about one conversation; one that never was has no events, as in Rasa. (Any: what JSON holds.)"""
    state = bot.state(conversation)
    latest = state.turn_actions[-1].name if state.turn_actions else None
    return {
        "sender_id": conversation,
        "slots": {name: slot.value for name, slot in state.slots.items()},
        "latest_message": _message(state.latest),
        "dialect": None if state.latest is None else state.latest.dialect,
        "latest_input_channel": None if state.latest is None else state.latest.channel,
        "latest_action_name": latest,
        "latest_action": {"action_name": latest},
        "active_loop": {} if state.active_loop is None else {"name": state.active_loop},
        "paused": state.handed_over,
        "followup_action": None,
        "state": plain_state(state) | {"history": []},
        "events": [to_json(event) for event in bot.events(conversation)],
    }


def _message(latest: UserUttered | None) -> dict[str, Any]:
    if latest is None:
        return {"text": None, "intent": {}, "entities": []}
    return parse_result(latest.understanding)
