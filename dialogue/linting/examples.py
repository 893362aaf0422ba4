"""Training sentences: labels that the domain lacks, sentences that stand twice or contradict each other, intents untaught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dialogue.domain import Domain
from dialogue.faults import Fault, Severity
from dialogue.linting.scope import Scope, where
from dialogue.message import message
from dialogue.payload import PAYLOAD
from dialogue.place import Place
from dialogue.yaml_file import nearest
from nlu.data import Example


def check_examples(scope: Scope) -> Iterator[Fault]:
    """Everything about the sentences of data/."""
    yield from _labels(scope)
    yield from _kinds(scope)
    yield from _repeated(scope)
    yield from _untaught(scope)


def _labels(scope: Scope) -> Iterator[Fault]:
    """Intents and entities of examples that the domain lacks; each name is told once, where it is first used.

    A lookup or regex may have any name (it then helps to tell intents apart), but for one that is nearly an entity's.
    """
    for label, place in scope.bot.labels.items():
        for intent in label.split("+"):
            if not scope.knows("intent", intent.strip()):
                told = "the examples are of the intent '{name}', which the domain does not list{close}"
                close = scope.close(intent.strip(), scope.bot.domain.intents)
                yield Fault(place, message(told, name=intent.strip(), close=close), "intent", "warning")
    for name, place in scope.bot.lists.items():
        close = "" if scope.rasa or scope.knows("entity", name) else scope.close(name, scope.bot.domain.entities)
        if close:
            told = "the list is of the entity '{name}', which the domain does not list{close}"
            yield Fault(place, message(told, name=name, close=close), "entity", "warning")
    seen: set[str] = set()
    for example in scope.bot.training.examples:
        for entity in example.entities:
            if entity.entity not in seen and not scope.knows("entity", entity.entity):
                seen.add(entity.entity)
                told = "an example uses the entity '{name}', which the domain does not list{close}"
                close = scope.close(entity.entity, scope.bot.domain.entities)
                weight: Severity = "hint" if scope.rasa else "warning"
                yield Fault(_place(scope, example), message(told, name=entity.entity, close=close), "entity", weight)


def _kinds(scope: Scope) -> Iterator[Fault]:
    """Kinds of a retrieval intent (faq/hours) to which no response is written (utter_faq/hours)."""
    responses = scope.bot.domain.responses
    for label, place in scope.bot.labels.items():
        wanted = f"utter_{label}"
        if "/" in label and "+" not in label and wanted not in responses and not scope.lost(wanted):
            told = "the intent '{label}' has no answer; write the response '{wanted}'{close}"
            said = message(told, label=label, wanted=wanted, close=nearest(wanted, responses))
            yield Fault(place, said, "response", scope.severity(tolerated=True))


def _repeated(scope: Scope) -> Iterator[Fault]:
    """Sentences that stand twice: under one intent needless, under two a riddle; and words marked in two ways."""
    seen: dict[str, list[Example]] = defaultdict(list)
    for example in scope.bot.training.examples:
        seen["".join(example.text.split()).lower()].append(example)
    for first, *others in seen.values():
        for other in others:
            at = where(_place(scope, first))
            if sorted(other.intents) != sorted(first.intents):
                told = "this sentence is an example of '{one}' and of '{other}'; keep one; first at {at}"
                said = message(told, one=_named(other), other=_named(first), at=at)
                yield Fault(_place(scope, other), said, "contradicting_example", "warning")
            elif clash := _marked_otherwise(first, other):
                told = "'{words}' is marked as '{one}' here and as '{other}' in the same sentence at {at}; keep one"
                said = message(told, words=clash[0], one=clash[1], other=clash[2], at=at)
                yield Fault(_place(scope, other), said, "contradicting_example", "warning")
            else:
                said = message("this sentence stands twice under '{name}'; first at {at}", name=_named(other), at=at)
                yield Fault(_place(scope, other), said, "duplicate_example", "hint")


def _marked_otherwise(first: Example, other: Example) -> tuple[str, str, str] | None:
    """Words that both mark, as different things: the words and the two entities."""
    marks = {entity.text: (entity.entity, entity.role, entity.group) for entity in first.entities}
    for entity in other.entities:
        known = marks.get(entity.text, (entity.entity, entity.role, entity.group))
        if known != (entity.entity, entity.role, entity.group):
            named = [" ".join(part for part in mark if part) for mark in ((entity.entity, entity.role, entity.group), known)]
            return entity.text, named[0], named[1]
    return None


def _untaught(scope: Scope) -> Iterator[Fault]:
    """Intents of the domain that no example teaches; a bot whose model was trained elsewhere needs none."""
    bot = scope.bot
    if not bot.training.examples:
        if bot.domain.intents and not bot.settings.models.nlu and bot.gaps.whole and not bot.gaps.words:
            told = message("no file in data/ holds examples ('nlu: - intent: NAME'), so nothing can be understood")
            yield Fault(Place(bot.folder / "data", 1), told, "untaught", "warning")
        return
    taught = {part for label in bot.labels for name in label.split("+") for part in (name.strip(), name.strip().split("/")[0])}
    pressed = frozenset(_pressed(bot.domain))
    for name, intent in bot.domain.intents.items():
        known = "+" in name or name in taught or name in pressed or name.startswith("EXTERNAL") or scope.lost(name)
        if not known and name not in _RASAS:
            told = message("intent '{name}' has no examples, so it can never be understood", name=name)
            yield Fault(intent.place, told, "untaught", "hint" if scope.rasa else "warning")


_RASAS = ("restart", "back", "session_start", "out_of_scope", "nlu_fallback")
"""Intents that come about without examples."""


def _pressed(domain: Domain) -> Iterator[str]:
    """Intents that a button sends."""
    for variations in domain.responses.values():
        for variation in variations:
            for button in variation.buttons:
                if payload := PAYLOAD.fullmatch(button.payload):
                    yield from payload["intents"].split("+")


def _named(example: Example) -> str:
    return "+".join(example.intents)


def _place(scope: Scope, example: Example) -> Place:
    file, _, line = example.origin.rpartition(":")
    return Place(scope.bot.folder / Path(file), int(line or 1))
