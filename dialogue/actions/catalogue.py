"""All actions of a bot by name: responses, forms, the built-in ones, and those of bot.yml."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.actions.action import Action
from dialogue.actions.built_in import AskAgain, EndCall, HandOver, Nothing, OfferPerson, RecordLead, Respond, Restart, Terms
from dialogue.actions.compare import Compare
from dialogue.actions.look_up import LookUp
from dialogue.actions.settings import ActionSettings
from dialogue.bot_files import Bot
from dialogue.facts import Table
from dialogue.faults import BotFaults, Fault
from dialogue.forms import DEACTIVATE, DeactivateLoop, FormAction
from dialogue.yaml_file import Place, nearest


def actions_of(bot: Bot) -> Mapping[str, Action]:
    """Every action that a rule may name. Raises BotFaults for one of bot.yml whose table is not in facts/."""
    responses: dict[str, Action] = {name: Respond(name, bot.facts.terms) for name in bot.domain.responses}
    forms: dict[str, Action] = {form.name: FormAction(form, bot.domain) for form in bot.domain.forms.values()}
    written = {name: _action(name, settings, bot) for name, settings in bot.settings.actions.items()}
    return {**responses, **forms, **built_in(bot.facts.terms), **written}


def built_in(terms: Terms) -> Mapping[str, Action]:
    """The actions that every bot has without a word in its files; bot.yml may give one of these names other settings."""
    ask_again = AskAgain(ActionSettings(kind="ask_again"), terms)
    return {
        "action_listen": Nothing(),
        "action_session_start": Nothing(),
        "action_restart": Restart(),
        "action_default_fallback": ask_again,
        "action_ask_again": ask_again,
        "action_offer_person": OfferPerson(terms),
        "action_hand_over": HandOver(terms),
        "action_end_call": EndCall(),
        DEACTIVATE: DeactivateLoop(),
    }


BUILT_IN = built_in({})
"""Their names, for the check of a bot's files."""


def _action(name: str, settings: ActionSettings, bot: Bot) -> Action:
    match settings.kind:
        case "look_up":
            return LookUp(settings, _table(name, settings, bot), bot.facts)
        case "compare":
            return Compare(settings, _table(name, settings, bot), bot.facts)
        case "lead":
            return RecordLead(settings, bot.facts.terms)
        case "ask_again":
            return AskAgain(settings, bot.facts.terms)


def _table(name: str, settings: ActionSettings, bot: Bot) -> Table:
    table = bot.facts.tables.get(settings.table)
    if table is not None:
        return table
    place = bot.places.get(f"actions.{name}", Place(bot.folder / "bot.yml", 1))
    what = f"action '{name}' needs a table: set `table` to the name of a file in {bot.settings.facts}/ without .csv"
    if settings.table:
        folder = bot.settings.facts
        what = f"action '{name}' uses the table '{settings.table}', but {folder}/{settings.table}.csv does not exist"
    raise BotFaults([Fault(place, f"{what}{nearest(settings.table, bot.facts.tables)}")])
