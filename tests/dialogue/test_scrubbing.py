"""A conversation without personal data is still a conversation."""

from __future__ import annotations

from pathlib import Path

from dialogue.events import BotUttered, LeadRecorded, MessageQueued, SlotSet, UserUttered
from dialogue.scrubbing import scrubbed_events
from dialogue.store import EventStore
from nlu.personal_data import Kind
from nlu.understanding import Entity, Need, Understanding

SAID = "王建国,要8核的,电话13800138000"
HEARD = Understanding(
    SAID,
    (Need("contact", 0.9, (Entity("contact_name", "王建国", "王建国", 0, 3),), 0, len(SAID)),),
    (Entity("contact_name", "王建国", "王建国", 0, 3), Entity("cpu_cores", 8, "8核", 5, 7)),
)
TALK = (
    UserUttered(SAID, HEARD),
    SlotSet("contact_name", "王建国", "said", "王建国"),
    SlotSet("phone", "13800138000", "said", "13800138000"),
    BotUttered("好的,王建国", "好的,王建国", "utter_lead_recorded"),
    LeadRecorded({"contact_name": "王建国", "cpu_cores": 8}),
)
PERSONAL: dict[str, Kind] = {"contact_name": "NAME", "phone": "PHONE"}


def test_words_slots_replies_and_leads_lose_what_is_personal() -> None:
    events, removed = scrubbed_events(TALK, PERSONAL)
    said, name, phone, reply, lead = events
    assert isinstance(said, UserUttered)
    assert said.text == said.understanding.text == "[NAME_1],要8核的,电话[PHONE_1]"
    assert [(one.value, said.text[one.start : one.end]) for one in said.understanding.entities] == [
        ("[NAME_1]", "[NAME_1]"),
        (8, "8核"),
    ]
    assert said.understanding.needs[0].end == len(said.text)
    assert name == SlotSet("contact_name", "[NAME_1]", "said", "[NAME_1]")
    assert phone == SlotSet("phone", "[PHONE_1]", "said", "[PHONE_1]")
    assert isinstance(reply, BotUttered)
    assert (reply.text, reply.response) == ("好的,[NAME_1]", "utter_lead_recorded")
    assert lead == LeadRecorded({"contact_name": "[NAME_1]", "cpu_cores": 8})
    assert removed["PHONE"] == 4  # said, parsed, the value of the slot and its words


def test_the_store_keeps_the_changed_events_and_their_number(tmp_path: Path) -> None:
    store = EventStore(f"sqlite:///{tmp_path / 'talk.sqlite'}")
    store.append("a", TALK)
    store.append("b", TALK)
    store.rewrite("a", lambda events: scrubbed_events(events, PERSONAL)[0])
    assert store.events("a") == scrubbed_events(TALK, PERSONAL)[0]
    assert store.events("b") == TALK
    store.close()


def test_a_message_to_another_program_loses_it_too_but_keeps_its_key() -> None:
    key = "13800138000abcdef13800138000abcd"  # a key of hexadecimal digits may look like a telephone number
    queued = MessageQueued(key, "crm", {"data": {"phone": "13800138000"}, "text": "王建国,您好"})
    events, _ = scrubbed_events((*TALK, queued), PERSONAL)
    assert events[-1] == MessageQueued(key, "crm", {"data": {"phone": "[PHONE_1]"}, "text": "[NAME_1],您好"})
