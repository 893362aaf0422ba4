"""A sentence that is hardly more than a value: 三个月, 有没有上海的, 那8核呢."""

from __future__ import annotations

import re

from dialogue.domain import Domain
from dialogue.state import DialogueState
from nlu.understanding import Guess, Need, Understanding

SUPPLEMENT = "supplement_demand"
"""The intent that adds to what is being spoken of (dialogue.track keeps the topic for it)."""
_AROUND = re.compile(
    r"[\s,，.。、!！?？~～]|有没有|有冇|换成|改成|换|改|那|就|要|有|给我|来|的|呢|吧|啊|呀|嘛|咧|吗|行|呗|个|嗯|呃"
)


def supplemented(state: DialogueState, heard: Understanding, domain: Domain) -> Understanding:
    """Without an intent of its own, such a sentence changes what is being spoken of; any other stays as it was heard.

    `state` is the one before the utterance: where nothing is spoken of, there is nothing to change.
    """
    if heard.needs or not heard.entities or state.intent is None or SUPPLEMENT not in domain.intents:
        return heard
    rest = heard.text
    for entity in sorted(heard.entities, key=lambda entity: entity.start, reverse=True):
        rest = rest[: entity.start] + rest[entity.end :]
    if _AROUND.sub("", rest):
        return heard
    need = Need(SUPPLEMENT, heard.confidence, heard.entities, 0, len(heard.text))
    return Understanding(
        heard.text, (need,), heard.entities, heard.confidence, (Guess(SUPPLEMENT, heard.confidence), *heard.ranking)
    )
