"""Responses that cannot be spoken: only a picture, a link, a table, or what a chat window shows; or that stand in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.domain import VOICE, ResponseVariation
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.spoken import spoken

_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$", re.MULTILINE)
_QUOTED = re.compile(r"[“”][^“”]*[“”]|‘[^‘’]*’|「[^「」]*」")
"""The whole text between them: a word processor put them in the place of YAML's own."""
_SAID = re.compile(r"[^\W_]")


def check_speech(scope: Scope) -> Iterator[Fault]:
    """Variations that a caller would hear nothing of. A bot of Rasa may be meant for chat alone, so it gets a hint."""
    for name, variations in scope.bot.domain.responses.items():
        voiced = [dict(one.conditions) for one in variations if one.channel == VOICE and _speaks(one)]
        for variation in variations:
            if _QUOTED.fullmatch(variation.text.strip()) and variation.place is not None:
                told = "response '{name}' stands between Chinese quotation marks, which customers get to see; YAML's are \"...\""
                yield Fault(variation.place, message(told, name=name), "quoted", "hint" if scope.rasa else "warning")
            if variation.channel not in (None, VOICE) or _speaks(variation) or variation.place is None:
                continue
            if variation.channel is None and dict(variation.conditions) in voiced:
                continue
            told = "response '{name}' would be silent on the telephone ({only}); add a 'text', or one for 'channel: voice'"
            said = message(told, name=name, only=_only(variation))
            yield Fault(variation.place, said, "unspeakable", "hint" if scope.rasa else "warning")


def _speaks(variation: ResponseVariation) -> bool:
    return bool(_SAID.search(spoken(_TABLE_ROW.sub("", variation.text))))


def _only(variation: ResponseVariation) -> str:
    if _TABLE_ROW.search(variation.text):
        return message("only a table")
    if variation.text:
        return message("only a link, or signs")
    if variation.image:
        return message("only a picture")
    return message("only buttons") if variation.buttons else message("only 'custom'")
