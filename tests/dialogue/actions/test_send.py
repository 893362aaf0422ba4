"""Messages to other programs, as actions queue them."""

from __future__ import annotations

from pathlib import Path

from dialogue.actions.action import ActionContext
from dialogue.actions.built_in import RecordLead
from dialogue.actions.send import SendMessage
from dialogue.actions.settings import ActionSettings
from dialogue.bot_files import load_bot
from dialogue.domain import Domain, ResponseVariation
from dialogue.events import BotUttered, LeadRecorded, MessageQueued
from dialogue.faults import Fault
from dialogue.lint import lint
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState, SlotValue

TEXTS = {
    "utter_sms": "{contact_name}您好,{quoted}的报价已备好。",
    "utter_sent": "短信已发出。",
    "utter_ask_phone": "发到哪个号码?",
}
RESPONDER = DomainResponder(Domain(responses={name: (ResponseVariation(text),) for name, text in TEXTS.items()}))
SETTINGS = ActionSettings(
    kind="send",
    to="sms",
    fields=("phone", "quoted", "company"),
    text="utter_sms",
    needs=("phone",),
    reply="utter_sent",
    ask="utter_ask_phone",
)
KNOWN = {"phone": "13800001234", "contact_name": "王女士", "quoted": "cs-4c8g"}


def context(**slots: str) -> ActionContext:
    known = {name: SlotValue(value) for name, value in slots.items()}
    return ActionContext(DialogueState("c", turn=1, slots=known), "voice", RESPONDER)


def test_a_message_holds_the_filled_slots_and_the_words_of_its_response() -> None:
    queued, said = SendMessage("action_send_sms", SETTINGS, new_key=lambda: "k1").run(context(**KNOWN))
    assert queued == MessageQueued(
        "k1",
        "sms",
        {
            "action": "action_send_sms",
            "conversation": "c",
            "channel": "voice",
            "data": {"phone": "13800001234", "quoted": "cs-4c8g"},
            "text": "王女士您好,cs-4c8g的报价已备好。",
        },
    )
    assert isinstance(said, BotUttered)
    assert said.text == "短信已发出。"


def test_nothing_is_sent_while_what_it_needs_is_missing() -> None:
    (said,) = SendMessage("action_send_sms", SETTINGS).run(context(contact_name="王女士"))
    assert isinstance(said, BotUttered)
    assert said.text == "发到哪个号码?"


def test_every_message_has_a_key_of_its_own() -> None:
    first, second = (SendMessage("action_send_sms", SETTINGS).run(context(**KNOWN))[0] for _ in range(2))
    assert isinstance(first, MessageQueued)
    assert isinstance(second, MessageQueued)
    assert first.key != second.key


def test_a_lead_is_sent_on_where_a_webhook_wants_it() -> None:
    here = ActionSettings(kind="lead", fields=("phone",))
    assert RecordLead(here).run(context(**KNOWN)) == (LeadRecorded({"phone": "13800001234"}),)
    there = ActionSettings(kind="lead", fields=("phone",), to="crm")
    lead, queued = RecordLead(there, name="action_record_lead", new_key=lambda: "k2").run(context(**KNOWN))
    assert lead == LeadRecorded({"phone": "13800001234"})
    assert isinstance(queued, MessageQueued)
    assert (queued.key, queued.to, queued.body["data"]) == ("k2", "crm", {"phone": "13800001234"})


BOT_YML = """
webhooks:
  crm: {url: "https://crm.example/leads", secret_env: CRM_SECRET}
actions:
  action_send_sms: {kind: send, to: csm, needs: [phone]}
  action_record_lead:
    kind: lead
    fields: [phone]
    to: sms
"""


def test_a_webhook_that_is_not_listed_is_told_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text('version: "3.1"\nslots: {phone: {type: text, mappings: [{type: custom}]}}\n', "utf-8")
    (tmp_path / "bot.yml").write_text(BOT_YML, "utf-8")
    told: list[Fault] = [fault for fault in lint(load_bot(tmp_path)) if fault.kind == "webhook"]
    assert [(fault.place.line, fault.what) for fault in told] == [
        (5, "action 'action_send_sms' sends to 'csm', which 'webhooks' of bot.yml does not list; did you mean 'crm'?"),
        (9, "action 'action_record_lead' sends to 'sms', which 'webhooks' of bot.yml does not list"),
    ]
