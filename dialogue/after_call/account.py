"""What a conversation came to: who the customer is, what was asked, told and left open. Everything written afterwards is written
from this; it is made of the stored events alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogue.after_call.house import House, contact_slots
from dialogue.after_call.session import Session
from dialogue.after_call.told import Told, rows_told, told_of
from dialogue.asked import AskedNeed
from dialogue.configurations import Shelf, all_configurations
from dialogue.events import HandedOver, LeadRecorded, ReplyBlocked, SlotSet, UserUttered
from dialogue.guard.context import LookedUp
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.slots import filled_by
from dialogue.state import DialogueState, SlotValue
from dialogue.track import track


@dataclass(frozen=True, slots=True)
class Wish:
    """A slot that the customer filled. `configuration` is the name of the one it belongs to, '' for what belongs to none."""

    slot: str
    value: SlotValue
    configuration: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row that the customer was last left with, of the configuration of this name."""

    row: LookedUp
    configuration: str = ""


@dataclass(frozen=True, slots=True)
class Mood:
    """A score of the customer's satisfaction, 1 to 5, with the words before it."""

    turn: int
    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Account:
    """A session, read. Turns are counted from 1 within it."""

    session: Session
    state: DialogueState
    contact: Mapping[str, SlotValue]
    needs: tuple[AskedNeed, ...]
    wishes: tuple[Wish, ...]
    standing: tuple[Standing, ...]
    rows: tuple[LookedUp, ...]
    """All rows told."""
    told: tuple[Told, ...]
    lead: LeadRecorded | None
    handed_over: str | None
    moods: tuple[Mood, ...]
    blocked: tuple[ReplyBlocked, ...]

    def turn(self, absolute: int) -> int:
        """A turn of the whole conversation, counted within the session."""
        return max(absolute - self.session.before.turn, 0)

    @property
    def turns(self) -> int:
        """How often the customer spoke; silences don't count."""
        return sum(isinstance(event, UserUttered) and bool(event.text.strip()) for event in self.session.events)


def account_of(session: Session, house: House) -> Account:
    """Read a session with the facts and settings of one version of the bot."""
    state = session.before
    for event in session.events:
        state = track(state, event)
    leads = [event for event in session.events if isinstance(event, LeadRecorded)]
    reasons = [event.reason for event in session.events if isinstance(event, HandedOver)]
    contact = {name: state.slots[name] for name in contact_slots(house.bot) if name in state.slots}
    return Account(
        session=session,
        state=state,
        contact=contact,
        needs=_needs(state),
        wishes=tuple(_wishes(state, house)),
        standing=tuple(_standing(state, house)),
        rows=rows_told(session.events, house),
        told=told_of(session.events, session.before, house),
        lead=leads[-1] if leads else None,
        handed_over=reasons[-1] if reasons else None,
        moods=tuple(_moods(session, house.bot.settings.adapters.satisfaction_slot)),
        blocked=tuple(event for event in session.events if isinstance(event, ReplyBlocked)),
    )


def _needs(state: DialogueState) -> tuple[AskedNeed, ...]:
    """Each need once: what was asked for twice in the same words counts as it stood at last."""
    latest = {(need.intent, need.words, need.values): need for need in state.asked}
    return tuple(latest.values())


def _wishes(state: DialogueState, house: House) -> Iterator[Wish]:
    """What belongs to a configuration, by configuration; then the rest, in the domain's order."""
    settings, domain = house.bot.settings.state, house.bot.domain
    group = set(settings.configuration)
    for name, slots in _by_configuration(state, house).items():
        yield from (Wish(slot, slots[slot], name) for slot in settings.configuration if slot in slots)
    momentary = {slot for entity in settings.wishes.values() for slot in filled_by(domain, entity)}
    kept = {settings.dropped, settings.wanted, settings.compared, REQUESTED_SLOT, house.bot.settings.adapters.satisfaction_slot}
    left_out = momentary | kept | group | house.personal | set(house.row_slots)
    for slot in domain.slots:
        if slot not in left_out and slot in state.slots and state.slots[slot].source in ("said", "inherited"):
            yield Wish(slot, state.slots[slot])


def _by_configuration(state: DialogueState, house: House) -> Mapping[str, Mapping[str, SlotValue]]:
    """The configurations by name; of a single one the name is empty."""
    known = all_configurations(state, Shelf(house.bot.settings.state))
    return {"" if len(known) == 1 else name: slots for name, slots in known.items()}


def _standing(state: DialogueState, house: House) -> Iterator[Standing]:
    """The rows that are wanted together; else those of all configurations; else what the row slots hold."""
    settings = house.bot.settings.state
    wanted = state.value(settings.wanted) if settings.wanted else None
    if isinstance(wanted, (list, tuple)) and wanted:
        pairs = [("", one) for one in wanted]
    else:
        pairs = [
            (name, slots[settings.row].value) for name, slots in _by_configuration(state, house).items() if settings.row in slots
        ]
        pairs += [("", state.value(slot)) for slot in house.row_slots]
    seen: set[str] = set()
    for name, identity in pairs:
        row = house.row(identity)
        if row is not None and row.name not in seen:
            seen.add(row.name)
            yield Standing(row, name)


def _moods(session: Session, slot: str) -> Iterator[Mood]:
    """The scores as they were set, with the customer's words before each."""
    words, turn = "", 0
    for event in session.events:
        if isinstance(event, UserUttered):
            words, turn = event.text, turn + 1
        elif isinstance(event, SlotSet) and event.name == slot and _is_score(event.value):
            yield Mood(turn, float(event.value), words)


def _is_score(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 1 <= value <= 5
