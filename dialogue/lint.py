"""Everything that can be found wrong in a bot that loads, each with its file and line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dialogue.action_check import check_actions, check_placeholders
from dialogue.bot_files import Bot
from dialogue.contradictions import rule_contradictions, story_contradictions
from dialogue.faults import Fault, in_order
from dialogue.forms import question_for, question_names
from dialogue.script_check import check_script
from dialogue.yaml_file import Place, nearest
from nlu.data import Example


def lint(bot: Bot) -> tuple[Fault, ...]:
    """All faults of a bot, by file and line. load_bot has told those that keep it from loading."""
    checks = (
        check_script(bot),
        check_actions(bot),
        check_placeholders(bot),
        rule_contradictions(bot.rules, bot.domain.forms),
        story_contradictions(bot.rules, bot.stories, bot.domain.forms),
        _questions(bot),
        _examples(bot),
        _untaught(bot),
        _greeting(bot),
        _extracted(bot),
        bot.labels,
    )
    return in_order(fault for check in checks for fault in check)


def _questions(bot: Bot) -> Iterator[Fault]:
    """Slots of a form that nothing asks for."""
    for form in bot.domain.forms.values():
        for slot in form.required_slots:
            if question_for(form, slot, bot.domain) is None:
                wanted = question_names(form, slot)[1]
                close = nearest(wanted, bot.domain.responses)
                yield Fault(form.place, f"form '{form.name}' has no question for '{slot}'; write the response '{wanted}'{close}")
            elif not bot.domain.slots[slot].mappings:
                yield Fault(
                    bot.domain.slots[slot].place, f"form '{form.name}' asks for '{slot}', which has no mapping to fill it"
                )


def _examples(bot: Bot) -> Iterator[Fault]:
    """Sentences that stand twice in the training data: under one intent needless, under two a riddle."""
    seen: dict[str, list[Example]] = defaultdict(list)
    for example in bot.training.examples:
        seen["".join(example.text.split()).lower()].append(example)
    for first, *others in seen.values():
        for other in others:
            if sorted(other.intents) == sorted(first.intents):
                said = f"this sentence stands twice under '{_named(other)}'"
            else:
                said = f"this sentence is an example of '{_named(other)}' and of '{_named(first)}'; keep one"
            yield Fault(_place(bot, other), f"{said}; first at {first.origin}")


def _untaught(bot: Bot) -> Iterator[Fault]:
    """Intents of the domain that no example teaches; a bot whose model was trained elsewhere needs none."""
    if not bot.training.examples:
        if bot.domain.intents and not bot.settings.models.nlu:
            what = "no file in data/ holds examples ('nlu: - intent: NAME'), so nothing can be understood"
            yield Fault(Place(bot.folder / "data", 1), what)
        return
    taught = {
        part for example in bot.training.examples for intent in example.intents for part in (intent, *intent.split("/")[:1])
    }
    for name, intent in bot.domain.intents.items():
        if "+" not in name and name not in taught:
            yield Fault(intent.place, f"intent '{name}' has no examples, so it can never be understood")


def _greeting(bot: Bot) -> Iterator[Fault]:
    greeting = bot.settings.voices.greeting
    if "voices" in bot.places and greeting and greeting not in bot.domain.responses:
        close = nearest(greeting, bot.domain.responses)
        yield Fault(bot.places["voices"], f"the greeting '{greeting}' is not a response of the domain{close}")


def _extracted(bot: Bot) -> Iterator[Fault]:
    """Entities that config.yml has found in sentences and that the domain lacks."""
    pipeline = bot.pipeline
    single = (pipeline.phone, pipeline.person, pipeline.company, pipeline.date)
    period = () if pipeline.period is None else (pipeline.period.unit, pipeline.period.count)
    for name in (*pipeline.quantities, *pipeline.money, *period, *single):
        if name and name not in bot.domain.entities:
            what = f"the pipeline fills the entity '{name}', which the domain does not list{nearest(name, bot.domain.entities)}"
            yield Fault(Place(bot.folder / "config.yml", 1), what)


def _named(example: Example) -> str:
    return "+".join(example.intents)


def _place(bot: Bot, example: Example) -> Place:
    file, _, line = example.origin.rpartition(":")
    return Place(bot.folder / Path(file), int(line or 1))
