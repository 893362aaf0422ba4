"""A name and nothing else, in answer to the question for it: 小王, 王芳."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.domain import Domain
from dialogue.slots import asked_for
from dialogue.state import DialogueState
from nlu.entities.names import find_persons
from nlu.understanding import Entity, Understanding

LONGEST = 4
"""Characters of a Chinese name, double surnames among them."""
_LONGEST_ANSWER = 5
"""Characters of an answer that was not understood but ends in a surname."""
_SURNAMES_ONLY = frozenset("王李张刘陈杨赵吴周徐孙朱胡郭罗郑梁宋唐韩邓冯曹彭董袁蔡蒋余杜魏苏吕卢姚沈姜崔谭廖邹邱秦")
"""Frequent surnames that hardly ever end another word (not 钱, 何, 高, 方)."""
_CALLED = re.compile(rf"(?:叫+我|喊我|[我小]姓|免贵姓|姓)(?:小|老|阿)?([{''.join(sorted(_SURNAMES_ONLY))}])")
"""'叫我胡线声': the surname was heard, the title was not."""
_PUNCTUATION = " ,，.。!！?？~～、"
_TRAILING = ("吧", "呀", "啊", "哈")


def named(state: DialogueState, heard: Understanding, domain: Domain, person: str) -> Understanding:
    """The entity `person` where a form asks for it and the answer is the bare name; else what was heard.

    Said without a question such a word would mean anything; here it is read as if '我叫' or '我姓' stood before it. `state` is
    the one before the utterance.
    """
    if not asked_for(state, domain, person) or any(entity.entity == person for entity in heard.entities):
        return heard
    told = heard.text
    for entity in sorted(heard.entities, key=lambda entity: -entity.start):
        told = told[: entity.start] + told[entity.end :]  # '小赵 18800001111': what is left beside a number
    name = told.strip(_PUNCTUATION)
    name = name[:-1] if name.endswith(_TRAILING) else name
    found = _person(name, person) if 0 < len(name) <= LONGEST else None
    if found is None and not heard.needs and 1 < len(name) <= _LONGEST_ANSWER and name[-1] in _SURNAMES_ONLY:
        found = _person(name[-1], person)  # '小说朱': what went before the surname was heard wrong
    if found is None and not heard.needs:
        called = _CALLED.match(name)
        found = None if called is None else _person(called[1], person)
    if found is None:
        return heard
    if heard.entities:
        start = max(heard.text.find(found.text), 0)
        placed = replace(found, start=start, end=start + len(found.text))
        return replace(heard, entities=(placed, *heard.entities))
    return Understanding(heard.text, entities=(replace(found, start=0, end=len(heard.text)),), confidence=1.0)


def _person(name: str, person: str) -> Entity | None:
    """The name as if '我叫' or '我姓' stood before it; None where it is none."""
    lead_in = "我姓" if len(name) == 1 else "我叫"
    return next((one for one in find_persons(lead_in + name, person) if one.text == name), None)
