"""The lead of a conversation, as a CRM gets it: what the bot's settings allow, and personal data only with consent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dialogue.after_call.account import Account
from dialogue.after_call.blocks import known_text, material_of
from dialogue.after_call.document import Document, markdown
from dialogue.after_call.house import House, clean
from dialogue.after_call.scoring import Reason, Score
from dialogue.after_call.session import Session
from dialogue.facts import ID
from nlu.personal_data.found import Kind
from nlu.personal_data.rows import scrub_row
from nlu.personal_data.vault import Vault

ACTION = "after_call"
"""What a message of ours says in `action`, where others name the action that sent them."""


@dataclass(frozen=True, slots=True)
class Lead:
    """`body` is what is sent, as JSON has it; `consent` whether personal data is in it."""

    body: Mapping[str, Any]
    consent: bool


def reference(tenant: str, session: Session) -> str:
    """A name for a session that tells nothing of whose it is; 16 hexadecimal digits. Its documents lie under it."""
    return _digest(tenant, session)[:16]


def key_of(tenant: str, session: Session) -> str:
    """The idempotency key of a session's lead: the same whoever makes it, and however often."""
    return _digest(tenant, session)


def _digest(tenant: str, session: Session) -> str:
    return hashlib.sha256(f"{ACTION}\0{tenant}\0{session.conversation}\0{session.seq}".encode()).hexdigest()


def lead_of(account: Account, score: Score, house: House, documents: Iterable[Document]) -> Lead:
    """The lead as it may be sent."""
    consent = consented(account, house)
    body = _body(account, score, house)
    if not consent:
        return Lead(_without_personal(body, account, house), consent)
    wanted = set(house.settings.lead.documents)
    sent = {document.name: markdown(document) for document in documents if document.name in wanted}
    return Lead({**body, **({"documents": sent} if sent else {})}, consent)


def worth_sending(account: Account, score: Score, house: House) -> bool:
    """Whether there is anything in it for a salesperson."""
    least = house.settings.lead.least or 0.0
    return account.lead is not None or (account.session.said and bool(account.needs) and score.points >= least)


def consented(account: Account, house: House) -> bool:
    """Whether the client let us have his data: by the slot that the settings name, else by leaving a lead."""
    slot = house.settings.lead.consent
    return account.state.value(slot) is True if slot else account.lead is not None


def _body(account: Account, score: Score, house: House) -> dict[str, Any]:
    values = material_of(account, score, house).values
    session, tenant = account.session, house.bot.settings.adapters.tenant
    return {
        "action": ACTION,
        "conversation": session.conversation,
        "reference": reference(tenant, session),
        "channel": session.channel,
        "began_at": _iso(session.began_at),
        "ended_at": _iso(session.ended_at),
        "ended": session.ended,
        "data": {slot: account.state.value(slot) for slot in _fields(house) if account.state.value(slot) is not None},
        "text": known_text(house.settings.texts["lead"], values),
        "score": score.points,
        "grade": score.grade,
        "reasons": [_reason(reason, house) for reason in score.reasons],
        "needs": [_need(account, need.turn, need.intent, need.words, need.status, house) for need in account.needs],
        "rows": [
            {"table": one.row.table, "id": one.row.row.get(ID), "name": one.row.row.get("name")} for one in account.standing
        ],
        "satisfaction": [mood.score for mood in account.moods],
        "handed_over": account.handed_over is not None,
        "next_step": values["next_step"],
    }


def _fields(house: House) -> tuple[str, ...]:
    return house.settings.lead.fields or house.lead_fields


def _reason(reason: Reason, house: House) -> dict[str, Any]:
    told: dict[str, Any] = {"signal": reason.signal, "says": reason.says, "points": reason.points, "turn": reason.turn}
    return {**told, **_words(reason.words, house)}


def _need(account: Account, turn: int, intent: str, words: str, status: str, house: House) -> dict[str, Any]:
    return {"intent": intent, "status": status, "turn": account.turn(turn), **_words(words, house)}


def _words(words: str, house: House) -> dict[str, str]:
    return {"words": clean(words)} if words and house.settings.lead.words is not False else {}


def _without_personal(body: dict[str, Any], account: Account, house: House) -> Mapping[str, Any]:
    """The same without names, numbers and addresses; the conversation's id, which may be a telephone number, is left out."""
    vault = Vault()
    for kind, value in _personal_values(account, house):
        vault = vault.taken(kind, value)
    data = {slot: value for slot, value in body["data"].items() if slot not in house.personal}
    kept = {name: body[name] for name in _OURS if name in body}
    speech = {name: value for name, value in body.items() if name not in (*_OURS, "conversation", "data")}
    clean_speech, _, _ = scrub_row({**speech, "data": data}, vault)
    return {name: {**kept, **clean_speech}[name] for name in body if name != "conversation"}


_OURS = ("action", "reference", "channel", "began_at", "ended_at", "ended", "rows", "grade")
"""Keys that hold nothing of what was said."""


def _personal_values(account: Account, house: House) -> Collection[tuple[Kind, str]]:
    """What the slots hold that are personal, in both of its wordings."""
    found: dict[tuple[Kind, str], None] = {}
    for slot in house.personal:
        value = account.state.slots.get(slot)
        kind: Kind = "PHONE" if slot in house.phones else "NAME"
        for text in () if value is None else (value.value, value.words):
            if isinstance(text, str) and text.strip():
                found[kind, text] = None
    return list(found)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
