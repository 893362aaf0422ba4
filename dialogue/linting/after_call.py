"""What bot.yml's `after_call` names: slots, intents, a webhook, documents, sections, placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogue.after_call.settings import ENTRIES, FIGURES, AfterCallSettings, Condition, Section, settled
from dialogue.bot_files import Bot
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.responses import placeholders
from dialogue.yaml_file import nearest

OWNER = "'after_call'"


def check_after_call(scope: Scope) -> Iterator[Fault]:
    """Names that the bot does not have, in what its operators wrote themselves."""
    own = scope.bot.settings.after_call
    if own is None:
        return
    section = scope.bot.places.get("after_call", Place(scope.bot.folder / "bot.yml", 1))
    for slot in (*own.lead.fields, *((own.lead.consent,) if own.lead.consent else ())):
        yield from scope.unknown("slot", slot, OWNER, place_of(slot, section))
    for condition in _conditions(own):
        for slot in (*condition.slots, *condition.lacks):
            yield from scope.unknown("slot", slot, OWNER, place_of(slot, section))
        for intent in condition.intents:
            yield from scope.unknown("intent", intent, OWNER, place_of(intent, section))
    if own.lead.to and own.lead.to not in scope.bot.settings.webhooks and not scope.lost("webhooks", own.lead.to):
        told = "{owner} sends to '{name}', which 'webhooks' of bot.yml does not list{close}"
        close = nearest(own.lead.to, scope.bot.settings.webhooks)
        yield Fault(place_of(own.lead.to, section), message(told, owner=OWNER, name=own.lead.to, close=close), "webhook")
    yield from _documents(own, section)
    yield from _placeholders(scope, own, section)


def _conditions(own: AfterCallSettings) -> Iterator[Condition]:
    yield from (signal.when for signal in own.lead.signals.values())
    yield from (step.when for step in own.steps)
    for template in own.documents.values():
        yield template.when
        yield from (section.when for section in template.sections.values())


def _documents(own: AfterCallSettings, place: Place) -> Iterator[Fault]:
    """Documents and sections that are named where there are none."""
    documents = settled(own).documents
    for name in (*own.without, *own.lead.documents):
        if name not in documents:
            told = "'after_call' names the document '{name}', which there is not{close}"
            yield Fault(place_of(name, place), message(told, name=name, close=nearest(name, documents)), "document")
    for document, template in own.documents.items():
        sections = documents[document].sections
        for name in template.order:
            if name not in sections:
                told = "'after_call' puts the section '{name}' into '{document}', which has none of that name{close}"
                said = message(told, name=name, document=document, close=nearest(name, sections))
                yield Fault(place_of(name, place), said, "document")


def _placeholders(scope: Scope, own: AfterCallSettings, place: Place) -> Iterator[Fault]:
    """{names} that nothing fills: the line that has one would never be written."""
    whole, bot = settled(own).documents, scope.bot
    always = (*FIGURES, *bot.facts.terms, *bot.domain.slots)
    for document, template in own.documents.items():
        for name, section in template.sections.items():
            block = whole[document].sections[name].block
            entries = (*ENTRIES.get(block, ("text",)), *_columns(bot)) if block == "rows" else ENTRIES.get(block, ("text",))
            yield from _unfilled(scope, _texts(section), (*always, *entries), place)
        yield from _unfilled(scope, (template.title, template.footer), always, place)
    yield from _unfilled(scope, (step.says for step in own.steps), always, place)


def _columns(bot: Bot) -> tuple[str, ...]:
    return tuple(column for table in bot.facts.tables.values() for column in table.columns)


def _texts(section: Section) -> tuple[str, ...]:
    return (section.text, section.empty, section.line, *section.variants.values(), *section.columns.values())


def _unfilled(scope: Scope, texts: Iterable[str], known: tuple[str, ...], place: Place) -> Iterator[Fault]:
    for text in texts:
        for wanted in placeholders(text):
            if wanted not in known and not scope.lost(wanted):
                told = "'after_call' writes {wanted}, which is no slot, no term and nothing of its block{close}"
                said = message(told, wanted=f"{{{wanted}}}", close=nearest(wanted, sorted(set(known))))
                yield Fault(place_of(text, place), said, "placeholder")
