"""Configurations side by side, and what words like 第二个 or 再报一个便宜点的 point at. State and words in, events out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dialogue.actions.criteria import number
from dialogue.closest import Wordings
from dialogue.domain import Domain
from dialogue.events import ConfigurationChosen, ConfigurationOpened, Event, SlotSet, SlotSource
from dialogue.facts import SEPARATOR, Cell, Row, Table
from dialogue.negation import NOT
from dialogue.references import Reference
from dialogue.slots import filled_by
from dialogue.state import DialogueState, SlotValue
from dialogue.state_settings import StateSettings
from nlu.understanding import Entity


@dataclass(frozen=True, slots=True)
class Shelf:
    """What configurations are made of: the settings, and the table in which their rows stand."""

    settings: StateSettings = field(default_factory=StateSettings)
    table: Table | None = None
    wordings: Mapping[str, Wordings] = field(default_factory=dict)
    """Intent: the wordings of settings.asked_as."""

    @classmethod
    def of(cls, settings: StateSettings, tables: Mapping[str, Table]) -> Shelf:
        """From a bot's facts; a table that is not there is left out (the check of the bot's files tells it)."""
        named = {intent: told for intent, told in settings.asked_as.items() if told.table in tables}
        wordings = {intent: Wordings.of(tables[told.table], told.column) for intent, told in named.items()}
        return cls(settings, tables.get(settings.table), wordings)

    @property
    def group(self) -> tuple[str, ...]:
        """The slots that are put aside with a configuration."""
        count = (self.settings.count,) if self.settings.count else ()
        return (*self.settings.configuration, *count, self.settings.row)

    def row(self, row_id: Cell) -> Row | None:
        return None if self.table is None else self.table.row(row_id)

    def price(self, row: Row) -> float:
        return float(number(row.get(self.settings.order)) or 0)

    def kind(self, state: DialogueState) -> object:
        """The kind of thing spoken of; for who named none (8核的多少钱) that of the row told."""
        named = state.value(self.settings.kind)
        now = self.row(state.value(self.settings.row)) if named is None else None
        return named if now is None else now.get(self.settings.kind)

    def alike(self, state: DialogueState) -> tuple[Row, ...]:
        """The rows of the kind spoken of that have what is carried over (its region), cheapest first."""
        if self.table is None:
            return ()
        told = {self.settings.kind: self.kind(state), **{slot: state.value(slot) for slot in self.settings.carried}}
        wanted = {slot: value for slot, value in told.items() if slot in self.table.columns and value is not None}
        rows = [row for row in self.table.rows if all(_has(row, slot, value) for slot, value in wanted.items())]
        return tuple(sorted(rows, key=self.price))


def named(domain: Domain, shelf: Shelf, entities: Iterable[Entity]) -> set[str]:
    """The slots of a configuration that these entities fill."""
    group = set(shelf.settings.configuration)
    return {slot for entity in entities if entity.role != NOT for slot in filled_by(domain, entity.entity) & group}


def all_configurations(state: DialogueState, shelf: Shelf) -> Mapping[str, Mapping[str, SlotValue]]:
    """Every configuration by name in the order in which they were opened, the current one among them."""
    now = {slot: value for slot, value in state.slots.items() if slot in shelf.group}
    return dict(sorted({**state.configurations, state.current: now}.items(), key=lambda item: int(item[0])))


def opened(state: DialogueState, shelf: Shelf, words: str, but: Sequence[str] = ()) -> tuple[Event, ...]:
    """Another configuration beside the current one; of what is carried over, `but` is left out."""
    settings = shelf.settings
    name = str(1 + max(int(known) for known in (*state.configurations, state.current)))
    carried = tuple(slot for slot in (settings.kind, *settings.carried) if slot not in but)
    row = state.value(settings.row)
    before = () if row is None else (SlotSet(settings.compared, row, "looked_up"),)
    return (ConfigurationOpened(name, shelf.group, carried, words), *before)


def pointed(state: DialogueState, shelf: Shelf, reference: Reference) -> tuple[Event, ...]:
    """What a reference does to the state before the sentence's own values are taken in; () where it points at nothing."""
    match reference.kind:
        case "cheaper" | "dearer":
            row = neighbour(state, shelf, dearer=reference.kind == "dearer")
            if row is None:
                return ()
            return (*opened(state, shelf, reference.words), *_stand(row, shelf, reference.words))
        case "number" | "cheapest" | "dearest" | "before":
            return _spoken_of(state, shelf, reference)
        case "both":
            rows = _rows(state, shelf)
            if len(rows) < 2 or not shelf.settings.wanted:
                return ()
            return (SlotSet(shelf.settings.wanted, list(rows), "said", reference.words),)
        case "any":
            row = usual(state, shelf)
            return () if row is None else _stand(row, shelf, reference.words, "default")
        case _:
            return ()


def neighbour(state: DialogueState, shelf: Shelf, dearer: bool) -> Row | None:
    """The next cheaper or dearer row of the same kind; None where there is none, or nothing was told yet."""
    now = shelf.row(state.value(shelf.settings.row))
    if now is None:
        return None
    here = shelf.price(now)
    alike = [row for row in shelf.alike(state) if _same_place(row, now, state, shelf)]
    if dearer:
        return next((row for row in alike if shelf.price(row) > here), None)
    return next((row for row in reversed(alike) if shelf.price(row) < here), None)


def _same_place(row: Row, now: Row, state: DialogueState, shelf: Shelf) -> bool:
    """Whether a row can be had where the other one can: for who named no region, that of the row spoken of counts."""
    columns = (slot for slot in shelf.settings.carried if slot in now and state.value(slot) is None)
    return all(row.get(column) == now.get(column) for column in columns)


def usual(state: DialogueState, shelf: Shelf) -> Row | None:
    """The row for a customer who leaves the choice to the bot."""
    settings = shelf.settings
    kind = shelf.kind(state)
    chosen = next(iter(settings.usual.values()), "") if kind is None else settings.usual.get(str(kind), "")
    row = shelf.row(chosen)
    alike = shelf.alike(state)
    return row if row in alike or not alike else alike[len(alike) // 2]


def _spoken_of(state: DialogueState, shelf: Shelf, reference: Reference) -> tuple[Event, ...]:
    known = all_configurations(state, shelf)
    if reference.kind == "before":
        parked = tuple(state.configurations)
        return () if not parked else choose_named(state, shelf, parked[-1], reference.words)
    if reference.kind == "number" and len(state.offered) < 2:
        names = tuple(known)
        at = reference.number - 1 if reference.number > 0 else len(names) - 1
        return () if len(names) < 2 or at >= len(names) else choose_named(state, shelf, names[at], reference.words)
    row = _pick(state, shelf, reference)
    if row is None:
        return ()
    name = next((name for name, slots in known.items() if _row_of(slots, shelf) == row.get("id")), None)
    if name is not None:
        return choose_named(state, shelf, name, reference.words)
    return _stand(row, shelf, reference.words)


def _pick(state: DialogueState, shelf: Shelf, reference: Reference) -> Row | None:
    ids = _rows(state, shelf)
    rows = [row for row_id in ids if (row := shelf.row(row_id)) is not None]
    if reference.kind == "number":
        at = reference.number - 1 if reference.number > 0 else len(rows) - 1
        return rows[at] if at < len(rows) else None
    if len(rows) < 2:
        rows = list(shelf.alike(state)) if reference.words.startswith("最") else []
    if not rows:
        return None
    return (min if reference.kind == "cheapest" else max)(rows, key=shelf.price)


def _rows(state: DialogueState, shelf: Shelf) -> tuple[str, ...]:
    """The rows that are spoken of together: those told last in one breath, else those of all configurations."""
    if len(state.offered) > 1:
        return state.offered
    found = (_row_of(slots, shelf) for slots in all_configurations(state, shelf).values())
    rows = tuple(dict.fromkeys(str(row) for row in found if row is not None))
    before = state.value(shelf.settings.compared)
    return rows if len(rows) > 1 or before is None else (str(before), *(row for row in rows if row != str(before)))


def choose_named(state: DialogueState, shelf: Shelf, name: str, words: str) -> tuple[Event, ...]:
    """The configuration of this name is the one that is meant, and so is its row."""
    settings = shelf.settings
    if name == state.current:
        row = state.value(settings.row)
        return () if row is None else (SlotSet(settings.row, row, "said", words),)
    row = _row_of(state.configurations[name], shelf)
    now = state.value(settings.row)
    found: list[Event] = [ConfigurationChosen(name, shelf.group, words)]
    if row is not None:
        found.append(SlotSet(settings.row, row, "said", words))
    if now is not None:
        found.append(SlotSet(settings.compared, now, "looked_up"))
    return tuple(found)


def _stand(row: Row, shelf: Shelf, words: str, source: SlotSource = "said") -> tuple[Event, ...]:
    """The values of a row as those of the current configuration, and the row itself as the one that is meant."""
    settings = shelf.settings
    values = (
        SlotSet(slot, row.get(slot), "looked_up" if source == "said" else source, words)
        for slot in settings.configuration
        if shelf.table is not None and slot in shelf.table.columns and slot not in settings.carried
    )
    return (*values, SlotSet(settings.row, row.get("id"), source, words))


def _row_of(slots: Mapping[str, SlotValue], shelf: Shelf) -> str | None:
    found = slots.get(shelf.settings.row)
    return None if found is None else str(found.value)


def _has(row: Row, column: str, value: object) -> bool:
    return str(value) in str(row.get(column)).split(SEPARATOR)
