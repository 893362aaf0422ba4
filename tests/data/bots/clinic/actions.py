"""The clinic's custom actions, for an action server of rasa-sdk."""

# ruff: noqa: ARG002 -- rasa-sdk passes all of them

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher


class Urgency(Action):
    def name(self) -> str:
        return "action_urgency"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        urgent = "急诊" in (tracker.get_slot("symptoms") or [])
        dispatcher.utter_message(text=f"{tracker.sender_id}，正在查号。", buttons=[{"title": "好", "payload": "/affirm"}])
        dispatcher.utter_message(response="utter_booked", city="某地")
        return [SlotSet("urgency", "high" if urgent else "low"), SlotSet("raw", {"intents": len(domain["intents"])})]


class More(Action):
    def name(self) -> str:
        return "action_extract_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        return [FollowupAction("utter_greet")]


class ValidateBooking(FormValidationAction):
    def name(self) -> str:
        return "validate_booking_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[str]:
        return [*domain_slots, "wants_news"] if tracker.get_slot("city") == "上海" else domain_slots

    def validate_day(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        if value == "昨天":
            dispatcher.utter_message(text="昨天已经过去了。")
            return {"day": None}
        return {"day": value}
