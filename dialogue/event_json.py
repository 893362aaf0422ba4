"""Events as JSON objects in the shapes of Rasa's trackers, and back; what Rasa has no name for has one of ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, get_args

from dialogue.events import (
    ActionExecuted,
    ActionRejected,
    ActionReverted,
    ActiveLoop,
    AdapterChosen,
    AdapterReplied,
    Arm,
    BotUttered,
    Button,
    ConfigurationChosen,
    ConfigurationOpened,
    Event,
    FollowUp,
    HandedOver,
    LeadRecorded,
    LoopInterrupted,
    MessageQueued,
    NeedSettled,
    NeedStatus,
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
    SlotSource,
    SlotsReset,
    UserUttered,
    UtteranceReverted,
)
from dialogue.understanding_json import Json, parse_result, understanding_of

LEAD = "lead_recorded"
"""The type of a LeadRecorded, by which the store finds leads."""
REMINDER = "reminder"
"""The type of a ReminderScheduled, by which the server finds what is to come."""
QUEUED = "message_queued"
"""The type of a MessageQueued, by which the outbox finds what is to be sent."""

CHOSEN = "adapter_chosen"
"""The type of an AdapterChosen, by which conversations are counted with their adapters."""

BLOCKED = "reply_blocked"
"""The type of a ReplyBlocked, by which they are counted."""


class EventError(ValueError):
    """A JSON object that is no event."""


def to_json(event: Event) -> Json:  # noqa: PLR0912 -- one case an event
    """The event as a JSON object; its key `event` is the type."""
    match event:
        case UserUttered():
            return _user(event)
        case BotUttered():
            return _bot(event)
        case SlotSet(name, value, source, words):
            return {"event": "slot", "name": name, "value": value, "source": source, "words": words}
        case ActionExecuted(name, policy, reason, confidence, need):
            return {
                "event": "action",
                "name": name,
                "policy": policy,
                "reason": reason,
                "confidence": confidence,
                "need": need,
            }
        case SessionStarted(channel):
            return {"event": "session_started", "input_channel": channel}
        case NeedTaken(index):
            return {"event": "need_taken", "index": index}
        case ActiveLoop(name):
            return {"event": "active_loop", "name": name}
        case LoopInterrupted(interrupted):
            return {"event": "loop_interrupted", "is_interrupted": interrupted}
        case ActionRejected(name, policy):
            return {"event": "action_execution_rejected", "name": name, "policy": policy or None}
        case FollowUp(name):
            return {"event": "followup", "name": name}
        case UtteranceReverted() | ActionReverted() | Paused() | Resumed():
            return {"event": _BARE[type(event)]}
        case ReminderScheduled() | ReminderCancelled():
            return _reminder(event)
        case HandedOver(reason):
            return {"event": "handed_over", "reason": reason}
        case LeadRecorded(fields):
            return {"event": LEAD, "fields": dict(fields)}
        case MessageQueued(key, to, body):
            return {"event": QUEUED, "key": key, "to": to, "body": dict(body)}
        case AdapterChosen(line, adapter, arm, trial):
            return {"event": CHOSEN, "line": line, "adapter": adapter, "arm": arm, "trial": trial}
        case AdapterReplied():
            return {"event": "adapter_replied", **dataclasses.asdict(event)}
        case ReplyBlocked(kind, reason, action, words, response):
            return {"event": BLOCKED, "kind": kind, "reason": reason, "name": action, "words": words, "response": response}
        case NeedSettled(status, turn, index):
            return {"event": "need_settled", "status": status, "turn": turn, "index": index}
        case ConfigurationOpened() | ConfigurationChosen():
            return _configuration(event)
        case RowsOffered(rows):
            return {"event": "rows_offered", "rows": list(rows)}
        case SlotsReset():
            return {"event": "reset_slots"}
        case Restarted():
            return {"event": "restart"}
        case SessionEnded(reason):
            return {"event": "session_ended", "reason": reason}


def from_json(data: Mapping[str, Any]) -> Event:
    """The event of a JSON object, ours or Rasa's. Raises EventError for an unknown type or a missing key."""
    kind = data.get("event")
    read = _READERS.get(str(kind))
    if read is None:
        raise EventError(f"unknown event type {kind!r}; known: {', '.join(_READERS)}")
    try:
        return read(data)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise EventError(f"event '{kind}' cannot be read: {type(fault).__name__}: {fault}") from None


def _configuration(event: ConfigurationOpened | ConfigurationChosen) -> Json:
    told = {"name": event.name, "slots": list(event.slots), "words": event.words}
    if isinstance(event, ConfigurationChosen):
        return {"event": "configuration_chosen", **told}
    return {"event": "configuration_opened", **told, "carried": list(event.carried)}


def _adapter_chosen(data: Mapping[str, Any]) -> AdapterChosen:
    if data["arm"] not in get_args(Arm):
        raise ValueError(f"the arm is {data['arm']!r}")
    return AdapterChosen(str(data["line"]), str(data["adapter"]), data["arm"], str(data.get("trial") or ""))


def _need_settled(data: Mapping[str, Any]) -> NeedSettled:
    if data["status"] not in get_args(NeedStatus):
        raise ValueError(f"the status is {data['status']!r}")
    return NeedSettled(data["status"], int(data["turn"]), int(data["index"]))


def _reminder(event: ReminderScheduled | ReminderCancelled) -> Json:
    if isinstance(event, ReminderCancelled):
        return {"event": "cancel_reminder", "name": event.name, "intent": event.intent, "entities": None}
    return {
        "event": REMINDER,
        "intent": event.intent,
        "entities": event.entities,
        "date_time": event.at,
        "name": event.name or None,
        "kill_on_user_msg": event.cancelled_by_words,
    }


def _reminder_of(data: Mapping[str, Any]) -> ReminderScheduled:
    return ReminderScheduled(
        str(data.get("intent") or data.get("action") or ""),
        str(data["date_time"]),
        str(data.get("name") or ""),
        data.get("entities"),
        bool(data.get("kill_on_user_msg", True)),
    )


def _user(event: UserUttered) -> Json:
    return {
        "event": "user",
        "text": event.text,
        "parse_data": parse_result(event.understanding),
        "input_channel": event.channel,
        "dialect": event.dialect,
        "confidence": event.confidence,
        "metadata": dict(event.metadata),
    }


def _user_of(data: Mapping[str, Any]) -> UserUttered:
    text = str(data.get("text") or "")
    return UserUttered(
        text,
        understanding_of(data.get("parse_data") or {"text": text}),
        str(data.get("input_channel") or "rest"),
        str(data.get("dialect", "cmn")),
        float(data.get("confidence", 1.0)),
        dict(data.get("metadata") or {}),
    )


def _bot(event: BotUttered) -> Json:
    buttons = [{"title": button.title, "payload": button.payload} for button in event.buttons]
    return {
        "event": "bot",
        "text": event.text,
        "speech": event.speech,
        "data": {
            "buttons": buttons or None,
            "image": event.image,
            "custom": None if event.custom is None else dict(event.custom),
        },
        "metadata": {} if event.response is None else {"utter_action": event.response},
        **({"template": event.template} if event.template else {}),
    }


def _bot_of(data: Mapping[str, Any]) -> BotUttered:
    extra = data.get("data") or {}
    text = str(data.get("text") or "")
    return BotUttered(
        text,
        str(data.get("speech", text)),
        (data.get("metadata") or {}).get("utter_action"),
        tuple(Button(button["title"], button.get("payload", button["title"])) for button in extra.get("buttons") or ()),
        extra.get("image"),
        extra.get("custom"),
        str(data.get("template") or ""),
    )


def _slot_of(data: Mapping[str, Any]) -> SlotSet:
    source = data.get("source", "set")
    if source not in get_args(SlotSource):
        raise ValueError(f"the source of slot '{data['name']}' is {source!r}")
    return SlotSet(data["name"], data.get("value"), source, data.get("words", ""))


def _action_of(data: Mapping[str, Any]) -> ActionExecuted:
    confidence = data.get("confidence")
    return ActionExecuted(
        data["name"],
        data.get("policy") or "",
        data.get("reason", ""),
        1.0 if confidence is None else float(confidence),
        data.get("need"),
    )


_BARE: Mapping[type[Event], str] = {
    UtteranceReverted: "rewind",
    ActionReverted: "undo",
    Paused: "pause",
    Resumed: "resume",
}
"""Events that say nothing but that they happened."""
_READERS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "user": _user_of,
    "bot": _bot_of,
    "slot": _slot_of,
    "action": _action_of,
    "session_started": lambda data: SessionStarted(data.get("input_channel") or "rest"),
    "need_taken": lambda data: NeedTaken(int(data["index"])),
    "active_loop": lambda data: ActiveLoop(data.get("name")),
    "form": lambda data: ActiveLoop(data.get("name")),
    "loop_interrupted": lambda data: LoopInterrupted(bool(data.get("is_interrupted", True))),
    "action_execution_rejected": lambda data: ActionRejected(data["name"], data.get("policy") or ""),
    "followup": lambda data: FollowUp(data["name"]),
    "rewind": lambda _: UtteranceReverted(),
    "undo": lambda _: ActionReverted(),
    "pause": lambda _: Paused(),
    "resume": lambda _: Resumed(),
    REMINDER: _reminder_of,
    "cancel_reminder": lambda data: ReminderCancelled(data.get("name"), data.get("intent")),
    "handed_over": lambda data: HandedOver(data["reason"]),
    LEAD: lambda data: LeadRecorded(dict(data["fields"])),
    BLOCKED: lambda data: ReplyBlocked(
        str(data["kind"]), str(data["reason"]), str(data.get("name") or ""), str(data.get("words") or ""), data.get("response")
    ),
    QUEUED: lambda data: MessageQueued(data["key"], data["to"], dict(data["body"])),
    CHOSEN: _adapter_chosen,
    "adapter_replied": lambda data: AdapterReplied(
        data["adapter"],
        float(data["first_ms"]),
        data.get("fault") or "",
        data.get("style"),
        str(data.get("response") or ""),
        str(data.get("model") or ""),
        float(data.get("whole_ms") or 0.0),
        bool(data.get("worded", False)),
        str(data.get("dropped") or ""),
    ),
    "need_settled": _need_settled,
    "configuration_opened": lambda data: ConfigurationOpened(
        data["name"], tuple(data["slots"]), tuple(data.get("carried", ())), data.get("words", "")
    ),
    "configuration_chosen": lambda data: ConfigurationChosen(data["name"], tuple(data["slots"]), data.get("words", "")),
    "rows_offered": lambda data: RowsOffered(tuple(data["rows"])),
    "reset_slots": lambda _: SlotsReset(),
    "restart": lambda _: Restarted(),
    "session_ended": lambda data: SessionEnded(data.get("reason", "")),
}
