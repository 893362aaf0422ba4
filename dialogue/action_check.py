"""What bot.yml's actions name: tables, columns, slots, responses; and what the responses want filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from dialogue.actions.compare import FIRST, SECOND
from dialogue.actions.criteria import matched
from dialogue.actions.look_up import LARGEST, SAID, columns_used, figures
from dialogue.actions.settings import ActionSettings
from dialogue.bot_files import Bot
from dialogue.faults import Fault
from dialogue.responses import placeholders
from dialogue.script_check import has_action_server
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.yaml_file import Place, nearest

LABELS = ("first", "second")
"""What action_ask_again fills in."""
FIGURED = ("count", "total_yuan", "choices", SAID)
"""What a look-up fills in beside the columns of its row."""


def check_actions(bot: Bot) -> Iterator[Fault]:
    """Names in bot.yml's actions that the facts or the domain don't have."""
    for name, settings in bot.settings.actions.items():
        place = bot.places.get(f"actions.{name}", Place(bot.folder / "bot.yml", 1))
        what = f"action '{name}'"
        yield from _unknown(_slots(settings), bot.domain.slots, "slot", "the domain does not list", (what, place))
        yield from _unknown(responses_of(settings), bot.domain.responses, "response", "the domain does not list", (what, place))
        yield from _unknown(settings.labels, bot.domain.intents, "intent", "the domain does not list", (what, place))
        if settings.kind in ("look_up", "compare"):
            yield from _table(bot, settings, what, place)


def check_placeholders(bot: Bot) -> Iterator[Fault]:
    """{names} in a response that neither a slot, a term nor an action that says it can fill in."""
    if has_action_server(bot):
        return  # its actions may send any value along with a response
    given = _given(bot)
    slots = (*bot.domain.slots, REQUESTED_SLOT)
    for name, variations in bot.domain.responses.items():
        known = {*slots, *bot.facts.terms, *given[name]}
        for variation in variations:
            texts = (variation.text, *(text for button in variation.buttons for text in (button.title, button.payload)))
            for wanted in dict.fromkeys(found for text in texts for found in placeholders(text)):
                if wanted not in known:
                    place = variation.place or Place(bot.folder / "domain.yml", 1)
                    told = f"response '{name}' wants {{{wanted}}}: no slot, no term, no column of a table that it is said from"
                    yield Fault(place, f"{told}{nearest(wanted, sorted(known))}")


def responses_of(settings: ActionSettings) -> tuple[str, ...]:
    """Every response that an action may say."""
    named = [settings.reply, settings.first, settings.otherwise, settings.over_budget, settings.ask, settings.overview]
    named += (*settings.unknown.values(), *settings.mention.values())
    named += [response for responses in settings.replies.values() for response in responses.values()]
    if settings.pricing is not None:
        named.append(settings.pricing.reply)
    return tuple(dict.fromkeys(name for name in named if name))


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


def _table(bot: Bot, settings: ActionSettings, what: str, place: Place) -> Iterator[Fault]:
    table = bot.facts.tables.get(settings.table)
    if table is None:
        missing = f"uses the table '{settings.table}', but {bot.settings.facts}/{settings.table}.csv does not exist"
        told = missing if settings.table else "needs a 'table' (a file in facts/, without .csv)"
        yield Fault(place, f"{what} {told}{nearest(settings.table, bot.facts.tables)}")
        return
    yield from _unknown(columns_used(settings), table.columns, "column", f"{settings.table}.csv does not have", (what, place))
    for column in settings.at_least:
        if column not in matched(settings):
            yield Fault(place, f"{what} has '{column}' under 'at_least' but not under 'match', so it limits nothing")
    if not table.rows:
        yield Fault(place, f"{what} looks things up in {settings.table}.csv, which has no rows")
    for row in table.rows:
        for column in figures(settings):
            if column in table.columns and row.get(column) is None:
                told = f"needs '{column}' in every row of {settings.table}.csv, but row '{row.get('id')}' has none"
                yield Fault(place, f"{what} {told}")


def _slots(settings: ActionSettings) -> tuple[str, ...]:
    slots = [*matched(settings).values(), *settings.set, *settings.keep, *settings.keep.values(), *settings.fields]
    if settings.budget is not None:
        slots += [settings.budget.slot, settings.budget.period, settings.budget.kept_in]
    if settings.pricing is not None:
        slots += [settings.pricing.period, settings.pricing.count]
    return tuple(dict.fromkeys(name for name in slots if name))


def _unknown(used: Iterable[str], known: Iterable[str], kind: str, lacking: str, owner: tuple[str, Place]) -> Iterator[Fault]:
    what, place = owner
    names = list(known)
    for name in used:
        if name not in names:
            yield Fault(place, f"{what} uses the {kind} '{name}', which {lacking}{nearest(name, names)}")
