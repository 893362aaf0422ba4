"""What bot.yml's `wording` names: responses, what they fill in, what the model is told."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, YamlError, place_of
from dialogue.responses import placeholders
from dialogue.style.evaluation.house import read_house
from dialogue.wording.settings import WordedResponse
from dialogue.wording.task import is_form_question
from dialogue.yaml_file import nearest


def check_wording(scope: Scope) -> Iterator[Fault]:
    """Names that the bot does not have, and entries that let nothing be worded."""
    settings = scope.bot.settings.wording
    if settings is None:
        return
    section = scope.bot.places.get("wording", Place(scope.bot.folder / "bot.yml", 1))
    if settings.house is not None:
        yield from _house(settings.house, section)
    for name, entry in settings.responses.items():
        place = place_of(name, section)
        fitting = tuple(one for one in scope.bot.domain.responses if fnmatchcase(one, name))
        if not fitting and any(mark in name for mark in "*?["):
            yield Fault(place, message("'wording' names '{name}', which no response is like", name=name), "response")
        elif not fitting:
            yield from scope.unknown("response", name, "'wording'", place)
        else:
            yield from _entry(scope, name, entry, fitting, place)


def _house(path: Path, section: Place) -> Iterator[Fault]:
    try:
        read_house(path)
    except YamlError as fault:
        if path.is_file():
            yield from Fault.all_of(fault)
        else:
            yield Fault(
                section, message("'wording' names the house rules {path}, and there is no such file", path=path), "missing_file"
            )


def _entry(scope: Scope, name: str, entry: WordedResponse, fitting: tuple[str, ...], place: Place) -> Iterator[Fault]:
    domain, facts = scope.bot.domain, scope.bot.facts
    filled = {wanted for one in fitting for variation in domain.responses[one] for wanted in placeholders(variation.text)}
    columns = {column for table in facts.tables.values() for column in table.columns}
    known = sorted({*filled, *columns, *domain.slots, *facts.terms})
    for wanted in (wanted for phrase in entry.facts or () for wanted in placeholders(phrase)):
        if wanted not in known and not scope.lost(wanted):
            told = "'wording' tells the model {wanted} for '{name}': no slot, no term, no column{close}"
            said = message(told, wanted=f"{{{wanted}}}", name=name, close=nearest(wanted, known))
            yield Fault(place, said, "placeholder")
    for wanted in (*entry.may_omit, *entry.one_of):
        if wanted not in (*filled, "figure", "link"):
            told = "'wording' has '{wanted}' under '{name}', which is not filled into that response{close}"
            said = message(told, wanted=wanted, name=name, close=nearest(wanted, sorted(filled)))
            yield Fault(place_of(wanted, place), said, "placeholder", "warning")
    if not entry.keep and name in fitting and is_form_question(domain, name):
        told = "response '{name}' asks for a slot and is never worded; say with 'keep' which words must stay in the question"
        yield Fault(place, message(told, name=name), "wording", "warning")
