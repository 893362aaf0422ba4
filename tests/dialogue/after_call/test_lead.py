"""What of a conversation leaves the house."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from dialogue.after_call.house import House
from dialogue.after_call.lead import key_of, worth_sending
from dialogue.after_call.report import Report, report_of
from dialogue.after_call.session import sessions_of, stored_sessions
from dialogue.after_call.settings import AfterCallSettings, LeadSettings, settled
from dialogue.events import Event, LeadRecorded, SlotSet
from tests.dialogue.after_call.talks import Talk


def report(events: Sequence[Event], house: House, lead: LeadSettings | None = None) -> Report:
    changed = house if lead is None else replace(house, settings=settled(AfterCallSettings(lead=lead)))
    return report_of(sessions_of("13800001234", events, house.bot.domain)[-1], changed)


def test_who_left_a_lead_is_sent_with_his_data(talk: Talk, house: House) -> None:
    body = report(talk.bot.events("wang"), house).lead.body
    assert body["data"]["phone"] == "13800001234"
    assert body["data"]["contact_name"] == "王丽华"
    assert body["rows"] == [{"table": "prices", "id": "cs-8c16g", "name": "云服务器标准型8核16G"}]
    assert body["next_step"] == "30分钟内给王丽华回电，电话13800001234"
    assert body["score"] == 95.0
    assert "documents" not in body


def test_without_consent_nothing_personal_is_sent(talk: Talk, house: House) -> None:
    """No lead was recorded: name and number stand in slots and words, the conversation's id is the number."""
    events = [event for event in talk.bot.events("wang") if not isinstance(event, LeadRecorded)]
    found = report(events, house, LeadSettings(documents=("summary",)))
    text = json.dumps(found.lead.body, ensure_ascii=False)
    assert not found.lead.consent
    assert "13800001234" not in text
    assert "王丽华" not in text
    assert "documents" not in found.lead.body
    assert found.lead.body["data"]["concurrency"] == 1000
    assert found.lead.body["needs"][0]["words"].startswith("我要能支持1000并发的云服务器")


def test_a_slot_may_be_what_says_that_the_client_agreed(talk: Talk, house: House) -> None:
    settings = LeadSettings(consent="agreed")
    events = talk.bot.events("wang")
    assert "13800001234" not in json.dumps(report(events, house, settings).lead.body)
    agreed = [*events[:-1], SlotSet("agreed", True)]
    assert report(agreed, house, settings).lead.body["data"]["phone"] == "13800001234"


def test_only_the_fields_and_documents_that_are_named_are_sent(talk: Talk, house: House) -> None:
    settings = LeadSettings(fields=("company", "quoted"), documents=("proposal",), words=False)
    body = report(talk.bot.events("wang"), house, settings).lead.body
    assert body["data"] == {"quoted": "cs-8c16g"}
    assert list(body["documents"]) == ["proposal"]
    assert not any("words" in one for one in (*body["needs"], *body["reasons"]))


def test_what_holds_nothing_for_a_salesperson_is_not_sent(talk: Talk, house: House) -> None:
    grumbler = report(talk.bot.events("li"), house)
    assert worth_sending(grumbler.account, grumbler.score, house)
    choosy = replace(house, settings=settled(AfterCallSettings(lead=LeadSettings(least=20))))
    assert not worth_sending(grumbler.account, grumbler.score, choosy)
    greeting = report(talk.bot.events("li")[:3], house)
    assert not worth_sending(greeting.account, greeting.score, house)


def test_the_key_follows_from_tenant_conversation_and_session(talk: Talk, house: House) -> None:
    session = stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1]
    keys = {key_of(tenant, one) for tenant in ("north", "south") for one in (session, replace(session, seq=9))}
    assert len(keys) == 4
    assert key_of("north", session) == key_of("north", replace(session, ended="silence"))
    assert all(len(key) == 64 and key.isascii() for key in keys)
