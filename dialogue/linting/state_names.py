"""What `state:` of bot.yml names: slots, entities, intents, tables, columns, rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogue.facts import ID, Table
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.state_settings import StateSettings
from dialogue.yaml_file import nearest


def check_state(scope: Scope) -> Iterator[Fault]:
    """Names under `state:` that the domain or the facts don't have."""
    settings = scope.bot.settings.state
    if not settings.configuration:
        return
    place = scope.bot.places.get("state", Place(scope.bot.folder / "bot.yml", 1))
    owner = message("'state'")
    for kind, names in (("slot", _slots(settings)), ("entity", _entities(settings)), ("intent", _intents(settings))):
        for name in names:
            yield from scope.unknown(kind, name, owner, place_of(name, place))
    yield from _table(scope, settings.table, (settings.order,), place)
    for told in settings.asked_as.values():
        yield from _table(scope, told.table, (told.column,), place)
    table = scope.bot.facts.tables.get(settings.table)
    if table is not None:
        yield from _rows(table, settings.usual.values(), place)


def _table(scope: Scope, name: str, columns: Iterable[str], place: Place) -> Iterator[Fault]:
    if not name:
        return
    owner = message("'state'")
    tables = scope.bot.facts.tables
    table = tables.get(name)
    if table is None:
        told = "{owner} uses the table '{table}', but {folder}/{table}.csv does not exist{close}"
        said = message(told, owner=owner, table=name, folder=scope.bot.settings.facts, close=nearest(name, tables))
        yield Fault(place_of(name, place), said, "missing_file")
        return
    for column in columns if table.columns else ():  # else it could not be read, and its own fault is told
        if column and column not in table.columns:
            told = "{owner} uses the column '{column}', which {table}.csv does not have{close}"
            said = message(told, owner=owner, column=column, table=name, close=nearest(column, table.columns))
            yield Fault(place_of(column, place), said, "facts")


def _rows(table: Table, ids: Iterable[str], place: Place) -> Iterator[Fault]:
    known = [str(row.get(ID)) for row in table.rows]
    for row in ids if known else ():
        if row not in known:
            told = "{owner} names the row '{row}', which {table}.csv does not have{close}"
            said = message(told, owner=message("'state'"), row=row, table=table.name, close=nearest(row, known))
            yield Fault(place_of(row, place), said, "facts")


def _slots(settings: StateSettings) -> tuple[str, ...]:
    single = (settings.count, settings.row, settings.compared, settings.wanted, settings.dropped)
    named = (*settings.configuration, *settings.carried, *single, *settings.wishes)
    return tuple(dict.fromkeys(name for name in named if name))


def _entities(settings: StateSettings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*settings.wishes.values(), *(told.entity for told in settings.asked_as.values()))))


def _intents(settings: StateSettings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*settings.refusable, *settings.asked_as)))
