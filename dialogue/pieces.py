"""A telephone number told in pieces (一三八 ... 零零一三 ... 八零零零), put together."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.domain import Domain
from dialogue.events import BotUttered, UserUttered
from dialogue.slots import asked_for
from dialogue.state import DialogueState
from nlu.entities import phones
from nlu.numbers import digits
from nlu.understanding import Understanding

MORE = "utter_more_figures"
"""Said, where the domain has it, to a piece of a number; without it the bot waits in silence."""
NUMBER_FIGURES = 11
"""Figures of a mobile number. As many that are no number are a mistake and not a piece."""
_MOST_OF_A_NUMBER = re.compile(r"\d{7}|\d{4}\D\d{4}|\d{3}\D\d{5}|\d{5}\D\d{3}")
"""Figures of a telephone number in one run, or with one character in it that was heard wrong."""
_FILLERS = re.compile(r"[\s,，.。、\-—嗯呃啊哦额]|然后")


def completed(state: DialogueState, heard: Understanding, domain: Domain, phone: str) -> Understanding:
    """The number that this piece and those before it make, as the entity `phone`; `state` is the one before the utterance.

    A piece that leaves the number open means nothing by itself. What is no piece stays as it was understood.
    """
    if not asked_for(state, domain, phone):
        return heard
    if any(entity.entity == phone for entity in heard.entities):
        return heard
    if garbled(heard.text):
        return Understanding(heard.text)
    piece = figures(heard.text)
    if piece is None:
        return heard
    whole = told(state) + piece
    found = next((one for one in phones.find(whole, phone) if one.text == whole), None)
    if found is None:
        return Understanding(heard.text)
    return Understanding(heard.text, entities=(replace(found, start=0, end=len(heard.text)),), confidence=1.0)


def figures(text: str) -> str | None:
    """The figures of a text that holds nothing else; None for any other."""
    return digits(_FILLERS.sub("", text)) or None


def garbled(text: str) -> bool:
    """Whether a text that holds more than figures holds so many of them that a number was meant (17143十74754)."""
    return figures(text) is None and bool(_MOST_OF_A_NUMBER.search(text))


def told(state: DialogueState) -> str:
    """The figures told since the bot asked its last question."""
    pieces: list[str] = []
    for event in reversed(state.history):
        if isinstance(event, UserUttered):
            pieces.append(figures(event.text) or "")
        elif isinstance(event, BotUttered) and event.response != MORE:
            break
    return "".join(reversed(pieces))
