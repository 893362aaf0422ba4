"""A name and nothing else, in answer to the question for it: 小王, 王芳."""

from __future__ import annotations

from dataclasses import replace

from dialogue.domain import Domain
from dialogue.slots import asked_for
from dialogue.state import DialogueState
from nlu.entities.names import find_persons
from nlu.understanding import Understanding

LONGEST = 4
"""Characters of a Chinese name, double surnames among them."""
_PUNCTUATION = " ,，.。!！?？~～、"
_TRAILING = ("吧", "呀", "啊", "哈")


def named(state: DialogueState, heard: Understanding, domain: Domain, person: str) -> Understanding:
    """The entity `person` where a form asks for it and the answer is the bare name; else what was heard.

    Said without a question such a word would mean anything; here it is read as if '我叫' or '我姓' stood before it. `state` is
    the one before the utterance.
    """
    if not asked_for(state, domain, person) or any(entity.entity == person for entity in heard.entities):
        return heard
    name = heard.text.strip(_PUNCTUATION)
    name = name[:-1] if name.endswith(_TRAILING) else name
    if not 0 < len(name) <= LONGEST:
        return heard
    lead_in = "我姓" if len(name) == 1 else "我叫"
    found = next((one for one in find_persons(lead_in + name, person) if one.text == name), None)
    if found is None:
        return heard
    return Understanding(heard.text, entities=(replace(found, start=0, end=len(heard.text)),), confidence=1.0)
