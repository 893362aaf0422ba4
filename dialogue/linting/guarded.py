"""Responses that the bot's own guard would stop: a promise that is forbidden, a word that the house does not use."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.faults import Fault
from dialogue.guard.house_words import HouseWords
from dialogue.guard.promises import Promises
from dialogue.guard.reading import Reading, read
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import Place, place_of
from dialogue.responses import PLACEHOLDER


def check_guard(scope: Scope) -> Iterator[Fault]:
    """Warnings where promises.yml or bot.yml's `guard` forbid what a response says; a bot without either is not checked."""
    bot = scope.bot
    if bot.settings.guard.instead:
        place = place_of(bot.settings.guard.instead, bot.places.get("guard", Place(bot.folder / "bot.yml", 1)))
        yield from scope.unknown("response", bot.settings.guard.instead, "'guard'", place)
    if not bot.facts.promises.never and not bot.settings.guard.terms:
        return
    texts = [variation.text for variations in bot.domain.responses.values() for variation in variations]
    promises, house = Promises(bot.facts, (read(text).text for text in texts)), HouseWords(bot.settings.guard)
    for name, variations in bot.domain.responses.items():
        for variation in variations:
            if variation.place is not None:
                reading = read(PLACEHOLDER.sub("", variation.text))
                yield from _said(name, reading, variation.place, promises, house)


def _said(name: str, reading: Reading, place: Place, promises: Promises, house: HouseWords) -> Iterator[Fault]:
    for _, words in promises.broken(reading):
        told = "response '{name}' says '{words}', a promise that is forbidden or that nobody can keep; word it so that it holds"
        yield Fault(place, message(told, name=name, words=words), "guard", "warning")
        break
    for wrong, right in house.wrong_terms(reading):
        told = "response '{name}' says '{words}'; by bot.yml's guard this house says '{right}'"
        yield Fault(place, message(told, name=name, words=wrong, right=right), "guard", "warning")
