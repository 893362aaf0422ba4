"""Names in rules, stories and offers that the bot does not have; intents that nothing answers; actions nobody carries out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogue.actions.catalogue import built_in
from dialogue.faults import Fault
from dialogue.linting.scope import Scope, responses_of, where
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.script import ActionStep, LoopStep, SlotChoice, SlotStep, Step, UserStep
from dialogue.yaml_file import nearest

ANSWERED_BY_THEMSELVES = ("human", "affirm", "restart", "back", "session_start", "out_of_scope", "nlu_fallback")
"""Intents that the program answers without a rule (an accepted offer; a person asked for; Rasa's own)."""


def check_script(scope: Scope) -> Iterator[Fault]:
    """Unknown names in the rules, the stories and the offers."""
    for rule in scope.bot.rules:
        yield from _steps(scope, (*rule.condition, *rule.steps), message("rule '{name}'", name=rule.name), rule.place)
    for story in scope.bot.stories:
        yield from _steps(scope, story.steps, message("story '{name}'", name=story.name), story.place)
    for response, action in scope.bot.settings.offers.items():
        place = scope.bot.places.get("offers", Place(scope.bot.folder / "bot.yml", 1))
        owner = message("an entry of 'offers'")
        yield from scope.unknown("response", response, owner, place_of(response, place))
        yield from scope.unknown("action", action, owner, place_of(action, place))


def check_names_once(scope: Scope) -> Iterator[Fault]:
    """Two rules, or two stories, of one name: whatever tells of one of them may mean the other."""
    for owner, scripts in (("rule '{name}'", scope.bot.rules), ("story '{name}'", scope.bot.stories)):
        first: dict[str, Place] = {}
        for script in scripts:
            before = first.setdefault(script.name, script.place)
            if before != script.place:
                told = "{owner} has the name of another ({at}); give it one of its own"
                said = message(told, owner=message(owner, name=script.name), at=where(before))
                yield Fault(script.place, said, "name", "hint")


def _steps(scope: Scope, steps: Iterable[Step], owner: str, place: Place) -> Iterator[Fault]:
    for step in steps:
        here = step.place or place
        match step:
            case UserStep():
                for intent in dict.fromkeys(
                    intent for needs in step.alternatives if not _listed(scope, needs) for intent in needs
                ):
                    yield from scope.unknown("intent", intent, owner, place_of(intent, here))
                for entity, _ in step.entities:
                    yield from scope.unknown("entity", entity, owner, place_of(entity, here), tolerated=True)
            case ActionStep(name):
                yield from scope.unknown("action", name, owner, place_of(name, here))
            case LoopStep(name) if name is not None:
                yield from scope.unknown("form", name, owner, place_of(name, here))
            case SlotStep():
                for slot in step.values:
                    yield from scope.unknown("slot", slot, owner, place_of(slot, here), tolerated=True)
            case SlotChoice():
                yield from _steps(scope, step.choices, owner, place)
            case _:
                pass


def _listed(scope: Scope, needs: tuple[str, ...]) -> bool:
    """Whether the domain lists the compound itself ('a+b'), as Rasa's do."""
    return len(needs) > 1 and any(sorted(needs) == sorted(name.split("+")) for name in scope.bot.domain.intents if "+" in name)


def check_actions_listed(scope: Scope) -> Iterator[Fault]:
    """Actions listed in the domain that are neither built in nor in bot.yml; an action server may have them, and those of a
    bot of Rasa may be written yet."""
    domain = scope.bot.domain
    written = {*built_in(scope.bot.facts.terms), *scope.bot.settings.actions}
    for name, place in domain.actions.items():
        if scope.lost(name) or name in domain.forms or f"actions.{name}" in scope.bot.places:
            continue
        if name.startswith("utter_"):
            if name not in responses_of(domain):
                text = message("the response '{name}' has no text{close}", name=name, close=nearest(name, domain.responses))
                yield Fault(place, text, "response", scope.severity(tolerated=True))
        elif not scope.server and name not in written and not name.startswith("validate_") and not _asks(name):
            told = "nothing carries out the action '{name}'; describe it under 'actions' in bot.yml{close}"
            said = message(told, name=name, close=scope.close(name, written))
            yield Fault(place, said, "action")


def _asks(name: str) -> bool:
    return name.startswith("action_ask_") or name == "action_validate_slot_mappings"


def check_answered(scope: Scope) -> Iterator[Fault]:
    """Intents that no rule, story, form or slot has anything to do with; a bot without any script is told nothing."""
    bot = scope.bot
    steps = [step for rule in bot.rules for step in rule.steps] + [step for story in bot.stories for step in story.steps]
    if not steps:
        return
    used = {intent for step in steps if isinstance(step, UserStep) for needs in step.alternatives for intent in needs}
    used |= {intent for slot in bot.domain.slots.values() for mapping in slot.mappings for intent in mapping.intents}
    used |= {kind.partition("/")[0] for kind in used}
    used |= {*ANSWERED_BY_THEMSELVES, *_telling(scope)}
    for name, intent in bot.domain.intents.items():
        if "+" not in name and name not in used and name not in scope.settled and not scope.lost(name):
            told = "no rule or story answers the intent '{name}'; the bot would ask again as if not understood"
            yield Fault(intent.place, message(told, name=name), "unanswered", "hint" if scope.rasa else "warning")


def _telling(scope: Scope) -> Iterator[str]:
    """Intents whose sentences fill slots: they answer forms, and need no rule of their own."""
    filling = {mapping.entity for slot in scope.bot.domain.slots.values() for mapping in slot.mappings if mapping.entity}
    if not scope.bot.domain.forms:
        return
    for example in scope.bot.training.examples:
        if any(entity.entity in filling for entity in example.entities):
            yield from example.intents
