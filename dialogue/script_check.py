"""Names in rules, stories and offers that the domain or the bot does not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dialogue.actions.catalogue import built_in
from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.endpoints import read_action_endpoint
from dialogue.faults import Fault
from dialogue.forms import DEACTIVATE
from dialogue.payload import DEFAULT_INTENTS
from dialogue.script import ActionStep, LoopStep, Rule, SlotChoice, SlotStep, Step, Story, UserStep
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.yaml_file import Place, YamlError, nearest

ANSWERED_BY_THEMSELVES = ("human", "affirm")
"""Intents that the hand-over policy answers without a rule (an accepted offer; a person asked for)."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a script may name."""

    intents: frozenset[str]
    entities: frozenset[str]
    slots: frozenset[str]
    forms: frozenset[str]
    actions: frozenset[str]

    @classmethod
    def of(cls, bot: Bot) -> Names:
        domain = bot.domain
        actions = frozenset(
            (*built_in(bot.facts.terms), *responses_of(domain), *domain.forms, *domain.actions, *bot.settings.actions)
        )
        return cls(
            frozenset((*domain.intents, *DEFAULT_INTENTS)),
            frozenset(domain.entities),
            frozenset((*domain.slots, REQUESTED_SLOT)),
            frozenset(domain.forms),
            actions,
        )


def responses_of(domain: Domain) -> frozenset[str]:
    """All responses; those of a retrieval intent (utter_faq/prices) are also known by its name (utter_faq)."""
    return frozenset(part for name in domain.responses for part in (name, name.partition("/")[0]))


def check_script(bot: Bot) -> Iterator[Fault]:
    """Everything about rules and stories: unknown names, actions that nothing carries out, intents left without an answer."""
    yield from check_names(bot)
    yield from _without_code(bot)
    yield from _unanswered(bot)
    yield from _without_end(bot)


def check_names(bot: Bot) -> Iterator[Fault]:
    """Unknown names in the rules, the stories and the offers."""
    names = Names.of(bot)
    for rule in bot.rules:
        yield from _steps((*rule.condition, *rule.steps), f"rule '{rule.name}'", rule.place, names)
    for story in bot.stories:
        yield from _steps(story.steps, f"story '{story.name}'", story.place, names)
    yield from _offers(bot, names)


def _steps(steps: Iterable[Step], owner: str, place: Place, names: Names) -> Iterator[Fault]:
    for step in steps:
        told = _teller(owner, step.place or place)
        match step:
            case UserStep():
                for intent in sorted({intent for needs in step.alternatives for intent in needs}):
                    if intent not in names.intents and intent.partition("/")[0] not in names.intents:
                        yield told("intent", intent, names.intents)
                for entity, _ in step.entities:
                    if entity not in names.entities:
                        yield told("entity", entity, names.entities)
            case ActionStep() if step.name not in names.actions:
                yield told("response" if step.name.startswith("utter_") else "action", step.name, names.actions)
            case LoopStep() if step.name is not None and step.name not in names.forms:
                yield told("form", step.name, names.forms)
            case SlotStep():
                for slot in step.values:
                    if slot not in names.slots:
                        yield told("slot", slot, names.slots)
            case SlotChoice():
                yield from _steps(step.choices, owner, place, names)


def _offers(bot: Bot, names: Names) -> Iterator[Fault]:
    told = _teller("an entry of 'offers'", bot.places.get("offers", Place(bot.folder / "bot.yml", 1)))
    for response, action in bot.settings.offers.items():
        if response not in bot.domain.responses:
            yield told("response", response, bot.domain.responses)
        if action not in names.actions:
            yield told("action", action, names.actions)


def _teller(owner: str, place: Place) -> Callable[[str, str, Iterable[str]], Fault]:
    def told(kind: str, name: str, known: Iterable[str]) -> Fault:
        where = "neither the domain nor bot.yml lists" if kind == "action" else "the domain does not list"
        return Fault(place, f"{owner} uses the {kind} '{name}', which {where}{nearest(name, sorted(known))}")

    return told


def _without_code(bot: Bot) -> Iterator[Fault]:
    """Actions listed in the domain that are neither built in nor in bot.yml; an action server may have them."""
    if has_action_server(bot):
        return
    written = (*built_in(bot.facts.terms), *bot.settings.actions)
    for name, place in bot.domain.actions.items():
        if name.startswith("utter_"):
            if name not in responses_of(bot.domain):
                yield Fault(place, f"the response '{name}' has no text{nearest(name, bot.domain.responses)}")
        elif name not in written and not name.startswith("validate_"):
            close = nearest(name, written)
            yield Fault(place, f"nothing carries out the action '{name}'; describe it under 'actions' in bot.yml{close}")


def has_action_server(bot: Bot) -> bool:
    """Whether endpoints.yml names one; a fault in it is told when the bot is loaded."""
    try:
        return read_action_endpoint(bot.folder, defaultdict(str)) is not None
    except YamlError:
        return True


def _unanswered(bot: Bot) -> Iterator[Fault]:
    """Intents that no rule, story or slot has anything to do with; a bot without any script is told nothing."""
    scripts: tuple[Rule | Story, ...] = (*bot.rules, *bot.stories)
    steps = [step for script in scripts for step in script.steps if isinstance(step, UserStep)]
    used = {intent for step in steps for needs in step.alternatives for intent in needs}
    used |= {intent for slot in bot.domain.slots.values() for mapping in slot.mappings for intent in mapping.intents}
    for name, intent in bot.domain.intents.items():
        kinds = {other for other in used if other.partition("/")[0] == name}
        if scripts and "+" not in name and name not in (*used, *ANSWERED_BY_THEMSELVES) and not kinds:
            yield Fault(
                intent.place, f"no rule or story answers the intent '{name}'; the bot would ask again as if not understood"
            )


def _without_end(bot: Bot) -> Iterator[Fault]:
    """Forms after which nothing follows: the customer would hear nothing once the last slot is filled."""
    for form in bot.domain.forms.values():
        scripts = [(*rule.condition, *rule.steps) for rule in bot.rules] + [story.steps for story in bot.stories]
        if scripts and not any(_goes_on(steps, form.name) for steps in scripts):
            told = (
                f"nothing follows when the form '{form.name}' is full; write a rule with the condition 'active_loop: {form.name}'"
            )
            yield Fault(
                form.place, f"{told} and the steps 'action: {form.name}', 'active_loop: null', and what is to be done then"
            )


def _goes_on(steps: Iterable[Step], form: str) -> bool:
    """Whether these steps do something after the form has ended by itself."""
    running = ended = False
    for step in steps:
        match step:
            case ActionStep(name) if name == DEACTIVATE:
                return False
            case ActionStep(name) if name == form:
                running = True
            case LoopStep(name):
                running, ended = name == form, running and name is None
            case ActionStep() if ended:
                return True
            case _:
                pass
    return False
