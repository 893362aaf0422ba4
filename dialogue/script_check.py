"""Names in rules and stories that the domain or the bot does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dialogue.actions.catalogue import built_in
from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.faults import Fault
from dialogue.script import ActionStep, LoopStep, SlotStep, Step, UserStep
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.yaml_file import Place, YamlError, nearest, read


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
            (*built_in(bot.facts.terms), *domain.responses, *domain.forms, *domain.actions, *bot.settings.actions)
        )
        return cls(
            frozenset(domain.intents),
            frozenset(domain.entities),
            frozenset((*domain.slots, REQUESTED_SLOT)),
            frozenset(domain.forms),
            actions,
        )


def responses_of(domain: Domain) -> frozenset[str]:
    """All responses; those of a retrieval intent (utter_faq/prices) are also known by its name (utter_faq)."""
    return frozenset(part for name in domain.responses for part in (name, name.partition("/")[0]))


def check_script(bot: Bot) -> Iterator[Fault]:
    """Unknown names in the rules and stories, and actions of the domain that nothing carries out."""
    names = Names.of(bot)
    for rule in bot.rules:
        yield from _steps((*rule.condition, *rule.steps), f"rule '{rule.name}'", rule.place, names)
    for story in bot.stories:
        yield from _steps(story.steps, f"story '{story.name}'", story.place, names)
    yield from _without_code(bot)


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


def _teller(owner: str, place: Place) -> Callable[[str, str, Iterable[str]], Fault]:
    def told(kind: str, name: str, known: Iterable[str]) -> Fault:
        where = "neither the domain nor bot.yml lists" if kind == "action" else "the domain does not list"
        return Fault(place, f"{owner} uses the {kind} '{name}', which {where}{nearest(name, sorted(known))}")

    return told


def _without_code(bot: Bot) -> Iterator[Fault]:
    """Actions listed in the domain that are neither built in nor in bot.yml; an action server may have them."""
    if _has_action_server(bot):
        return
    written = (*built_in(bot.facts.terms), *bot.settings.actions)
    for name, place in bot.domain.actions.items():
        if name.startswith("utter_"):
            if name not in responses_of(bot.domain):
                yield Fault(place, f"the response '{name}' has no text{nearest(name, bot.domain.responses)}")
        elif name not in written and not name.startswith("validate_"):
            close = nearest(name, written)
            yield Fault(place, f"nothing carries out the action '{name}'; describe it under 'actions' in bot.yml{close}")


def _has_action_server(bot: Bot) -> bool:
    file = bot.folder / "endpoints.yml"
    if not file.is_file():
        return False
    try:
        return "action_endpoint" in read(file).mapping("endpoints.yml")
    except YamlError:
        return False  # load_bot tells what is wrong with it
