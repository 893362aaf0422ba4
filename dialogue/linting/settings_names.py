"""What bot.yml and config.yml name: tables, columns, slots, responses; and what the responses want filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from dialogue.actions.amounts import SAID
from dialogue.actions.compare import FIRST, SECOND
from dialogue.actions.criteria import matched
from dialogue.actions.look_up import LARGEST, columns_used, figures
from dialogue.actions.settings import ActionSettings
from dialogue.bot_files import Bot
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.responses import placeholders
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.yaml_file import nearest

LABELS = ("first", "second")
"""What action_ask_again fills in."""
FIGURED = ("count", "total_yuan", "choices", "names", "many", SAID)
"""What a look-up fills in beside the columns of its row."""


def check_settings(scope: Scope) -> Iterator[Fault]:
    """Names in bot.yml that the facts or the domain don't have."""
    bot = scope.bot
    for name, settings in bot.settings.actions.items():
        place = bot.places.get(f"actions.{name}", Place(bot.folder / "bot.yml", 1))
        owner = message("action '{name}'", name=name)
        for slot in _slots(settings):
            yield from scope.unknown("slot", slot, owner, place_of(slot, place))
        for response in responses_of(settings):
            yield from scope.unknown("response", response, owner, place_of(response, place))
        for intent in settings.labels:
            yield from scope.unknown("intent", intent, owner, place_of(intent, place))
        if settings.kind in ("look_up", "compare"):
            yield from _table(bot, settings, owner, place)
        if settings.to or settings.kind == "send":
            yield from _webhook(bot, settings, owner, place)
    yield from _read_back(scope)
    yield from _greeting(scope)
    yield from _last_resort(scope)
    yield from _models(bot)
    yield from _extracted(scope)


def check_placeholders(scope: Scope) -> Iterator[Fault]:
    """{names} in a response that neither a slot, a term nor an action that says it can fill in."""
    bot = scope.bot
    if scope.server:
        return  # its actions may send any value along with a response
    given = _given(bot)
    anyhow = _of_missing_tables(bot)
    slots = (*bot.domain.slots, REQUESTED_SLOT)
    for name, variations in bot.domain.responses.items():
        if scope.lost(name) or name in anyhow:
            continue
        known = {*slots, *bot.facts.terms, *given[name]}
        for variation in variations:
            texts = (variation.text, *(text for button in variation.buttons for text in (button.title, button.payload)))
            for wanted in dict.fromkeys(found for text in texts for found in placeholders(text)):
                if wanted not in known and not scope.lost(wanted):
                    place = variation.place or Place(bot.folder / "domain.yml", 1)
                    told = "response '{name}' wants {wanted}: no slot, no term, no column of a table that it is said from{close}"
                    close = nearest(wanted, sorted(known))
                    said = message(told, name=name, wanted=f"{{{wanted}}}", close=close)
                    yield Fault(place, said, "placeholder", scope.severity(tolerated=True))


def responses_of(settings: ActionSettings) -> tuple[str, ...]:
    """Every response that an action may say."""
    named = [settings.reply, settings.first, settings.otherwise, settings.over_budget, settings.ask, settings.overview]
    named += (*settings.unknown.values(), *settings.mention.values(), settings.by_default, settings.together)
    named += settings.again.values()
    named += [settings.text, *(response for responses in settings.replies.values() for response in responses.values())]
    if settings.pricing is not None:
        named.append(settings.pricing.reply)
    if settings.amount is not None:
        named += (settings.amount.reply, settings.amount.periods_reply)
    if settings.rounded is not None:
        named.append(settings.rounded.reply)
    return tuple(dict.fromkeys(name for name in named if name))


def _of_missing_tables(bot: Bot) -> frozenset[str]:
    """Responses that are said from a table that is not there or cannot be read: its columns are not known."""
    known = {name for name, table in bot.facts.tables.items() if table.columns}
    missing = (action for action in bot.settings.actions.values() if action.table and action.table not in known)
    return frozenset(name for action in missing for name in responses_of(action))


def _given(bot: Bot) -> Mapping[str, set[str]]:
    """What actions give each response beside the slots and terms."""
    given: dict[str, set[str]] = defaultdict(set)
    for name in ("utter_ask_again", "utter_ask_again_open", "utter_default"):
        given[name].update(LABELS)
    for settings in bot.settings.actions.values():
        table = bot.facts.tables.get(settings.table)
        columns = () if table is None else table.columns
        for response in responses_of(settings):
            if settings.kind == "ask_again":
                given[response].update(LABELS)
            elif settings.kind == "compare":
                given[response].update(f"{prefix}{column}" for prefix in (FIRST, SECOND) for column in columns)
            elif settings.kind == "look_up":
                given[response].update((*columns, *FIGURED, *(f"{LARGEST}{column}" for column in columns)))
    return given


def _table(bot: Bot, settings: ActionSettings, owner: str, place: Place) -> Iterator[Fault]:
    table = bot.facts.tables.get(settings.table)
    if table is None:
        told = "{owner} needs a 'table' (a file in facts/, without .csv){close}"
        if settings.table:
            told = "{owner} uses the table '{table}', but {folder}/{table}.csv does not exist{close}"
        close = nearest(settings.table, bot.facts.tables)
        said = message(told, owner=owner, table=settings.table, folder=bot.settings.facts, close=close)
        yield Fault(place_of(settings.table, place), said, "missing_file")
        return
    if not table.columns:
        return  # it could not be read, and its own fault is told
    for column in columns_used(settings):
        if column not in table.columns:
            told = "{owner} uses the column '{column}', which {table}.csv does not have{close}"
            said = message(told, owner=owner, column=column, table=settings.table, close=nearest(column, table.columns))
            yield Fault(place_of(column, place), said, "facts")
    for column in settings.at_least:
        if column not in matched(settings):
            told = "{owner} has '{column}' under 'at_least' but not under 'match', so it limits nothing"
            yield Fault(place_of(column, place), message(told, owner=owner, column=column), "facts")
    if not table.rows:
        told = "{owner} looks things up in {table}.csv, which has no rows"
        yield Fault(place, message(told, owner=owner, table=settings.table), "facts")
    for row in table.rows:
        for column in figures(settings):
            if column in row and row[column] is None:
                told = "{owner} needs '{column}' in every row of {table}.csv, but row '{row}' has none"
                said = message(told, owner=owner, column=column, table=settings.table, row=row.get("id"))
                yield Fault(place, said, "facts")


def _webhook(bot: Bot, settings: ActionSettings, owner: str, place: Place) -> Iterator[Fault]:
    if settings.to not in bot.settings.webhooks:
        told = "{owner} sends to '{name}', which 'webhooks' of bot.yml does not list{close}"
        close = nearest(settings.to, bot.settings.webhooks)
        yield Fault(place_of(settings.to, place), message(told, owner=owner, name=settings.to, close=close), "webhook")


def _greeting(scope: Scope) -> Iterator[Fault]:
    greeting = scope.bot.settings.voices.greeting
    if "voices" in scope.bot.places and greeting and not scope.knows("response", greeting):
        place = place_of(greeting, scope.bot.places["voices"])
        told = "the greeting '{name}' is not a response of the domain{close}"
        yield Fault(place, message(told, name=greeting, close=nearest(greeting, scope.bot.domain.responses)), "response")


def _last_resort(scope: Scope) -> Iterator[Fault]:
    """What a language model may choose must be there, and so must the model."""
    asked, bot = scope.bot.settings.last_resort, scope.bot
    if asked is None:
        return
    place = bot.places.get("last_resort", Place(bot.folder / "bot.yml", 1))
    for name in asked.actions:
        yield from scope.unknown("action", name, message("'last_resort'"), place_of(name, place))
    if bot.settings.models.llm is None and not scope.lost("llm"):
        yield Fault(
            place, message("'last_resort' asks a language model, but 'models' names none (models: {{llm: ...}})"), "model"
        )


def _models(bot: Bot) -> Iterator[Fault]:
    """A model folder that is named and not there."""
    named = bot.settings.models.nlu
    if named and not (bot.folder / named).is_dir():
        told = message("the model folder '{folder}' does not exist; leave 'nlu' empty to have one trained", folder=named)
        yield Fault(place_of(named, bot.places.get("models", Place(bot.folder / "bot.yml", 1))), told, "missing_file")


def _extracted(scope: Scope) -> Iterator[Fault]:
    """Entities that config.yml has found in sentences and that the domain lacks."""
    pipeline = scope.bot.pipeline
    single = (pipeline.phone, pipeline.person, pipeline.company, pipeline.date)
    period = () if pipeline.period is None else (pipeline.period.unit, pipeline.period.count)
    for name in (*pipeline.quantities, *pipeline.money, *period, *single):
        if name and not scope.knows("entity", name):
            told = "the pipeline fills the entity '{name}', which the domain does not list{close}"
            place = place_of(name, Place(scope.bot.folder / "config.yml", 1))
            yield Fault(place, message(told, name=name, close=nearest(name, scope.bot.domain.entities)), "entity")


def _read_back(scope: Scope) -> Iterator[Fault]:
    place = scope.bot.places.get("read_back", Place(scope.bot.folder / "bot.yml", 1))
    for flag, about in scope.bot.settings.read_back.items():
        for slot in (flag, about.slot):
            yield from scope.unknown("slot", slot, message("'read_back'"), place_of(slot, place))


def _slots(settings: ActionSettings) -> tuple[str, ...]:
    slots = [*matched(settings).values(), *settings.set, *settings.keep, *settings.keep.values(), *settings.fields]
    slots += settings.needs
    if settings.budget is not None:
        slots += [settings.budget.slot, settings.budget.period, settings.budget.kept_in]
    if settings.pricing is not None:
        slots += [settings.pricing.period, settings.pricing.count]
    if settings.amount is not None:
        slots.append(settings.amount.slot)
    return tuple(dict.fromkeys(name for name in slots if name))
