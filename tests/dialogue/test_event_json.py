from __future__ import annotations

import json

import pytest

from dialogue.event_json import EventError, from_json, to_json
from dialogue.events import (
    ActionExecuted,
    ActionRejected,
    ActionReverted,
    ActiveLoop,
    AdapterChosen,
    AdapterReplied,
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
from nlu.understanding import Entity, Guess, Need, Understanding

SERVER = Entity("product_type", "cloud_server", "云服务器", 2, 6, "lookup", 0.98, "wanted", "1")
HEARD = Understanding(
    "我要云服务器,还要备份",
    (Need("product_inquiry", 0.93, (SERVER,), 0, 6), Need("requirement", 0.71, (), 7, 11)),
    (SERVER,),
    0.71,
    (Guess("product_inquiry", 0.93), Guess("requirement", 0.71)),
)
EVENTS: tuple[Event, ...] = (
    SessionStarted("voice"),
    UserUttered(HEARD.text, HEARD, "voice", "yue", 0.82, {"transport": "audiosocket"}),
    UserUttered("", Understanding("")),
    NeedTaken(1),
    SlotSet("product_type", "cloud_server", "said", "云服务器"),
    SlotSet("feature", ["backup", 2], "looked_up"),
    SlotSet("phone", None),
    ActionExecuted("action_quote", "rules", "rule 'price' rules.yml:14", 0.9, 1),
    BotUttered("好的。", "好的。"),
    BotUttered("选一个", "选一个", "utter_choice", (Button("一", "/affirm"),), "a.png", {"a": [1]}),
    AdapterChosen("sales", "v1.2-sales", "trial", "a1"),
    AdapterChosen("sales", "", "base"),
    AdapterReplied("v1.2-sales", 312.5, "", 0.93),
    AdapterReplied("v1.2-sales", 1500.0, "late"),
    AdapterReplied("v1.2-sales", 120.0, "", None, "utter_quote", "north-cloud/v1.2-sales@1f", 480.5, True, "promise"),
    BotUttered("好呀，每月四百六十九元呢。", "好呀。", "utter_quote", template="每月469元。"),
    ActiveLoop("lead_form"),
    ActiveLoop(None),
    LoopInterrupted(True),
    MessageQueued("0f1e", "crm", {"action": "action_record_lead", "data": {"phone": "13800001234"}}),
    ActionRejected("lead_form", "forms"),
    FollowUp("action_quote"),
    UtteranceReverted(),
    ActionReverted(),
    ReminderScheduled("remind", "2026-11-22T09:00:00", "call back", {"phone": "13800000000"}, cancelled_by_words=False),
    ReminderCancelled("call back", None),
    Paused(),
    Resumed(),
    HandedOver("客户要找人工"),
    LeadRecorded({"phone": "13800000000", "cpu_cores": 8}),
    NeedSettled("refused", 3, 1),
    ConfigurationOpened("2", ("product_type", "cpu_cores"), ("product_type",), "再来一台"),
    ConfigurationChosen("1", ("product_type", "cpu_cores"), "第一个"),
    RowsOffered(("cs-4c8g", "cs-8c16g")),
    SlotsReset(),
    Restarted(),
    SessionEnded("hangup"),
    ReplyBlocked("promise", "promises what may not be promised: 全额赔付", "action_quote", "全额赔付", "utter_ask_again"),
    ReplyBlocked("personal", "names personal data"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_the_way_through_json(event: Event) -> None:
    assert from_json(json.loads(json.dumps(to_json(event)))) == event


def test_every_kind_of_event_is_covered_here() -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)


def test_an_utterance_has_rasas_shape() -> None:
    data = to_json(EVENTS[1])

    assert (data["event"], data["text"], data["input_channel"]) == ("user", "我要云服务器,还要备份", "voice")
    assert data["parse_data"]["intent"] == {"name": "product_inquiry", "confidence": 0.93}
    assert [need["name"] for need in data["parse_data"]["intents"]] == ["product_inquiry", "requirement"]
    assert data["parse_data"]["entities"] == [
        {
            "entity": "product_type",
            "value": "cloud_server",
            "text": "云服务器",
            "start": 2,
            "end": 6,
            "extractor": "lookup",
            "confidence_entity": 0.98,
            "role": "wanted",
            "group": "1",
        }
    ]
    assert data["parse_data"]["intent_ranking"][1] == {"name": "requirement", "confidence": 0.71}


def test_an_answer_has_rasas_shape() -> None:
    data = to_json(EVENTS[9])

    assert data["metadata"] == {"utter_action": "utter_choice"}
    assert data["data"]["buttons"] == [{"title": "一", "payload": "/affirm"}]


def test_what_rasa_wrote_is_read() -> None:
    rasas = {
        "event": "user",
        "timestamp": 1.0,
        "text": "hi",
        "parse_data": {
            "intent": {"name": "greet", "confidence": 0.9},
            "entities": [{"entity": "city", "value": "Rome"}],
            "text": "hi",
        },
        "metadata": None,
        "input_channel": None,
    }
    event = from_json(rasas)

    assert isinstance(event, UserUttered)
    assert event.understanding.intents == ("greet",)
    assert event.understanding.confidence == 0.9
    assert event.understanding.entities[0].value == "Rome"
    assert from_json({"event": "slot", "name": "a", "value": 1, "timestamp": 2.0}) == SlotSet("a", 1)
    assert from_json({"event": "action", "name": "utter_a", "policy": None, "confidence": None}) == ActionExecuted("utter_a")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"event": "dance"}, "unknown event type 'dance'"),
        ({}, "unknown event type None"),
        ({"event": "slot"}, "event 'slot' cannot be read: KeyError: 'name'"),
        ({"event": "slot", "name": "a", "source": "guessed"}, "the source of slot 'a' is 'guessed'"),
        ({"event": "need_taken", "index": "x"}, "event 'need_taken' cannot be read"),
        ({"event": "user", "parse_data": {"intents": [1]}}, "event 'user' cannot be read"),
    ],
)
def test_what_is_no_event_is_told(data: dict[str, object], what: str) -> None:
    with pytest.raises(EventError) as fault:
        from_json(data)

    assert what in str(fault.value)


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ({"event": "slot", "timestamp": None, "name": "city", "value": "杭州"}, SlotSet("city", "杭州")),
        ({"event": "rewind", "timestamp": None}, UtteranceReverted()),
        ({"event": "undo", "timestamp": None}, ActionReverted()),
        ({"event": "reset_slots", "timestamp": None}, SlotsReset()),
        ({"event": "restart", "timestamp": None}, Restarted()),
        ({"event": "session_started", "timestamp": None}, SessionStarted()),
        ({"event": "followup", "timestamp": None, "name": "utter_bye"}, FollowUp("utter_bye")),
        ({"event": "pause", "timestamp": None}, Paused()),
        ({"event": "resume", "timestamp": None}, Resumed()),
        ({"event": "active_loop", "name": None, "timestamp": None}, ActiveLoop(None)),
        ({"event": "form", "name": "lead_form", "timestamp": None}, ActiveLoop("lead_form")),
        ({"event": "loop_interrupted", "timestamp": None, "is_interrupted": True}, LoopInterrupted(True)),
        (
            {"event": "action_execution_rejected", "timestamp": None, "name": "lead_form", "policy": None, "confidence": None},
            ActionRejected("lead_form"),
        ),
        (
            {"event": "action", "timestamp": None, "name": "action_listen", "policy": None, "confidence": None},
            ActionExecuted("action_listen"),
        ),
        (
            {
                "event": "reminder",
                "timestamp": None,
                "intent": "remind",
                "entities": None,
                "date_time": "2026-11-22T09:00:00",
                "name": None,
                "kill_on_user_msg": True,
            },
            ReminderScheduled("remind", "2026-11-22T09:00:00"),
        ),
        (
            {"event": "cancel_reminder", "timestamp": None, "intent": None, "entities": None, "name": "x"},
            ReminderCancelled("x", None),
        ),
    ],
    ids=lambda value: value["event"] if isinstance(value, dict) else "",
)
def test_what_an_action_server_sends_is_read(written: dict[str, object], event: Event) -> None:
    assert from_json(written) == event
