"""Conversations written as stories."""

from __future__ import annotations

from pathlib import Path

import yaml

from deploy.interactive.story import story_lines
from dialogue.domain import Domain, Slot
from dialogue.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from dialogue.script_file import scripts_of
from dialogue.yaml_file import Place, parse
from nlu.understanding import Entity, Need, Understanding

HERE = Place(Path("domain.yml"), 1)
SLOTS = (Slot("city", "text", HERE), Slot("note", "text", HERE, influence_conversation=False))
DOMAIN = Domain(slots={slot.name: slot for slot in SLOTS})


def said(text: str, *intents: str, entities: tuple[Entity, ...] = ()) -> UserUttered:
    return UserUttered(text, Understanding(text, tuple(Need(intent, 0.9) for intent in intents), entities))


EVENTS: tuple[Event, ...] = (
    SessionStarted("console"),
    ActionExecuted("action_session_start"),
    ActionExecuted("utter_greet"),
    BotUttered("您好", "您好"),
    said("到上海 'A' # 二\n号", "book", "ask", entities=(Entity("city", "yes", "上海", 1, 3),)),
    SlotSet("city", "yes", "said", "上海"),
    SlotSet("note", "x"),
    ActionExecuted("booking_form"),
    ActiveLoop("booking_form"),
    SlotSet("requested_slot", "day"),
    ActionExecuted("action_listen"),
    said("", ""),
    said("什么"),
    ActionExecuted("action_ask_again"),
    ActiveLoop(None),
    SlotSet("city", None),
)


def test_the_story_holds_what_decides_and_reads_back() -> None:
    text = "\n".join(['version: "3.1"', "stories:", *story_lines("订票: 1", EVENTS, DOMAIN)])
    (story,) = yaml.safe_load(text)["stories"]
    assert story == {
        "story": "订票: 1",
        "steps": [
            {"intent": "book+ask", "entities": [{"city": "yes"}]},
            {"slot_was_set": [{"city": "yes"}]},
            {"action": "booking_form"},
            {"active_loop": "booking_form"},
            {"intent": "nlu_fallback"},
            {"action": "action_ask_again"},
            {"active_loop": None},
            {"slot_was_set": [{"city": None}]},
        ],
    }
    assert len(scripts_of([parse(text, Path("stories.yml"))]).stories) == 1
