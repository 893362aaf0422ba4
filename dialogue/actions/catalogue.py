"""All actions of a bot by name: responses, forms, the built-in ones, and those of bot.yml."""

from __future__ import annotations

from collections.abc import Mapping

from dialogue.actions.action import Action, ActionContext
from dialogue.actions.built_in import AskAgain, EndCall, HandOver, Nothing, OfferPerson, RecordLead, Respond, Restart, Terms
from dialogue.actions.compare import Compare
from dialogue.actions.defaults import AskAffirmation, AskRephrase, Back, DefaultFallback, ExtractSlots, Retrieve
from dialogue.actions.look_up import LookUp
from dialogue.actions.remote import ActionServer, RemoteAction
from dialogue.actions.send import SendMessage
from dialogue.actions.settings import ActionSettings
from dialogue.actions.two_stage_fallback import NAME as TWO_STAGE_FALLBACK
from dialogue.actions.two_stage_fallback import TwoStageFallback
from dialogue.bot_files import Bot
from dialogue.domain import Domain, Form
from dialogue.endpoints import read_action_endpoint
from dialogue.events import Event
from dialogue.facts import Table
from dialogue.faults import BotFaults, Fault
from dialogue.forms import DEACTIVATE, DeactivateLoop, FormAction, question_names
from dialogue.rasa_form import RasaForm
from dialogue.yaml_file import Place, YamlError, nearest


def actions_of(bot: Bot, server: ActionServer | None = None) -> Mapping[str, Action]:
    """Every action that a rule may name; `server` carries out the custom ones (default: that of endpoints.yml).

    An action of bot.yml goes before one of the server, and both before a built-in one of that name, as in Rasa. Raises
    BotFaults for an action of bot.yml whose table is not in facts/, and for a fault in endpoints.yml.
    """
    server = server or action_server_of(bot)
    terms = bot.facts.terms
    responses: dict[str, Action] = {name: Respond(name, terms) for name in bot.domain.responses}
    responses |= {f"utter_{name}": Retrieve(name, terms) for name in retrieval_intents(bot.domain)}
    written = {name: _action(name, settings, bot) for name, settings in bot.settings.actions.items()}
    remote = {} if server is None else _remote(bot, server)
    default = {**built_in(terms), "action_extract_slots": ExtractSlots(bot.domain)}
    known = _asking({**responses, **default, **remote, **written}, default)
    return {**known, **{form.name: _form(form, bot, known, server) for form in bot.domain.forms.values()}}


def _asking(known: Mapping[str, Action], default: Mapping[str, Action]) -> Mapping[str, Action]:
    """The two-stage fallback asks and gives up by the actions that the bot has under those names, unless it is the bot's own."""
    if known[TWO_STAGE_FALLBACK] is not default[TWO_STAGE_FALLBACK]:
        return known
    names = ("action_default_ask_affirmation", "action_default_ask_rephrase", "action_default_fallback")
    return {**known, TWO_STAGE_FALLBACK: TwoStageFallback(*(known[name] for name in names))}


def retrieval_intents(domain: Domain) -> tuple[str, ...]:
    """Intents whose answers stand under 'utter_INTENT/KIND'."""
    named = (name.partition("/") for name in domain.responses)
    return tuple(dict.fromkeys(intent.removeprefix("utter_") for intent, slash, _ in named if slash))


def _remote(bot: Bot, server: ActionServer) -> dict[str, Action]:
    """The domain's actions that are no responses: an action server has them, even where the name is that of a built-in one."""
    names = [name for name in bot.domain.actions if not name.startswith("utter_") and name not in bot.domain.forms]
    return {name: RemoteAction(name, server) for name in names}


def _form(form: Form, bot: Bot, known: Mapping[str, Action], server: ActionServer | None) -> Action:
    domain = bot.domain
    name = f"validate_{form.name}"
    questions = {
        question: known[question]
        for slot in form.required_slots
        for question in question_names(form, slot)[::2]
        if question in known
    }
    asked = server if name in domain.actions else None

    def validated(context: ActionContext, just_now: tuple[Event, ...]) -> tuple[Event, ...] | None:
        return None if asked is None else asked.call(name, context, just_now)

    validator = None if asked is None else validated
    if domain.as_rasa:
        return RasaForm(form, domain, validator, questions)
    return FormAction(form, domain, validator, questions, bot.settings.read_back)


def action_server_of(bot: Bot) -> ActionServer | None:
    """The server of endpoints.yml, to be closed by who asked for it; None where none is named. Raises BotFaults."""
    try:
        endpoint = read_action_endpoint(bot.folder)
    except YamlError as error:
        raise BotFaults([Fault.of(error)]) from None
    return None if endpoint is None else ActionServer.of(endpoint, bot.domain)


def built_in(terms: Terms) -> Mapping[str, Action]:
    """The actions that every bot has without a word in its files; bot.yml may give one of these names other settings."""
    ask_again = AskAgain(ActionSettings(kind="ask_again"), terms)
    nothing = Nothing()
    return {
        "action_listen": nothing,
        "action_session_start": nothing,
        "action_restart": Restart(),
        "action_back": Back(),
        "action_default_fallback": DefaultFallback(terms),
        TWO_STAGE_FALLBACK: TwoStageFallback(AskAffirmation(), AskRephrase(), DefaultFallback(terms)),
        "action_default_ask_affirmation": AskAffirmation(),
        "action_default_ask_rephrase": AskRephrase(),
        "action_revert_fallback_events": nothing,
        "action_unlikely_intent": nothing,
        "action_extract_slots": nothing,
        "action_send_text": nothing,
        "action_ask_again": ask_again,
        "action_offer_person": OfferPerson(terms),
        "action_hand_over": HandOver(terms),
        "action_end_call": EndCall(),
        DEACTIVATE: DeactivateLoop(),
    }


def _action(name: str, settings: ActionSettings, bot: Bot) -> Action:
    match settings.kind:
        case "look_up":
            return LookUp(settings, _table(name, settings, bot), bot.facts)
        case "compare":
            return Compare(settings, _table(name, settings, bot), bot.facts)
        case "lead":
            return RecordLead(settings, bot.facts.terms, name)
        case "send":
            return SendMessage(name, settings, bot.facts.terms)
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
