"""'Did you mean A or B?', answered with one of the two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dialogue.actions.action import Action
from dialogue.actions.built_in import AskAgain
from dialogue.events import ActionExecuted, UserUttered
from dialogue.state import ACTION_LISTEN, DialogueState
from nlu.understanding import Guess, Need, Understanding

_FILLERS = re.compile(r"[\s,，.。、!！?？~～嗯呃啊哦额呀吧呢的了]|我|就是|是|想|要|对|那个?")
_FIRST = frozenset(("第一个", "前一个", "前面", "前者", "前面一个", "第一种"))
_SECOND = frozenset(("第二个", "后一个", "后面", "后者", "后面一个", "第二种"))
_YES = frozenset(("对", "对的", "对对", "对啊", "是", "是的", "是啊", "嗯", "没错", "系", "係"))
"""A yes to 'A or B' is taken for A, the likelier of the two."""


def picked(state: DialogueState, heard: Understanding, actions: Mapping[str, Action]) -> Understanding:
    """What was not understood before, now with the intent that the customer picked; any other sentence as it was heard.

    `state` is the one before the utterance. The entities are those of the sentence that was asked about.
    """
    said, guesses = _asked_about(state, actions)
    if said is None or len(guesses) != 2:
        return heard
    intent = _pick(heard.text, guesses)
    if intent is None:
        return heard
    length = len(heard.text)
    entities = tuple(replace(entity, start=0, end=length) for entity in said.understanding.entities)
    return Understanding(heard.text, (Need(intent, 1.0, entities, 0, length),), entities, 1.0, (Guess(intent, 1.0),))


def _asked_about(state: DialogueState, actions: Mapping[str, Action]) -> tuple[UserUttered | None, tuple[tuple[str, str], ...]]:
    """The utterance that the bot asked about last, and the two guesses that it named; silences in between don't count."""
    done: str | None = None
    for event in reversed(state.history):
        if isinstance(event, ActionExecuted) and done is None and event.name != ACTION_LISTEN:
            done = event.name
        elif isinstance(event, UserUttered) and event.text.strip():
            action = actions.get(done or "")
            return (event, action.guesses(event)) if isinstance(action, AskAgain) else (None, ())
        elif isinstance(event, UserUttered):
            done = None
    return None, ()


def _pick(text: str, guesses: tuple[tuple[str, str], ...]) -> str | None:
    (first, _), (second, _) = guesses
    bare = text.strip(" ,，.。!！?？~～")
    if bare in _YES:
        return first
    core = _core(text)
    if core in _FIRST:
        return first
    if core in _SECOND:
        return second
    return next((intent for intent, label in guesses if core and core == _core(label)), None)


def _core(text: str) -> str:
    """The words that carry the choice ('我想问价格吧' and the label '问价格' are the same)."""
    return _FILLERS.sub("", text)
