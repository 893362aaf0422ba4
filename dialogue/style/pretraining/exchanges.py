"""Exchanges of a customer and an agent, written by draw: the answer carries values that only the prompt holds.

What is to be learnt from them is to find the fact that was asked for among others and to say it unaltered, in many ways of
speaking. The form of the prompt is that of dialogue.style.prompts, which a bot uses at run time.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogue.style.prompts import prompt_of
from dialogue.style.samples import Sample, Turn

_WORDING = Path(__file__).with_name("wording.yml")
_FACTS = (2, 5)
"""So many facts stand in a prompt; one of them is asked for."""
_OPENED, _CLOSED = 0.25, 0.25
"""Shares of answers with something before or after the fact; the rest is plain, which is how the base speaks."""
_KINDS = {"attribute": 0.62, "capability": 0.2, "complaint": 0.08, "plain": 0.1}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A prompt with its answer; `carried` are the pieces of the facts that the answer must hold, letter by letter."""

    sample: Sample
    carried: tuple[str, ...]


@functools.cache
def wording() -> Mapping[str, Any]:
    """The lists of wording.yml."""
    values: Mapping[str, Any] = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    return values


def draw(rng: random.Random) -> Exchange:
    """One exchange; the same for the same state of `rng`."""
    kind = rng.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
    facts = _facts(rng)
    asked = rng.randrange(len(facts))
    if kind == "attribute":
        question, answer, carried = _of_attribute(facts[asked], rng)
    elif kind == "capability":
        fact, question, answer, carried = _of_capability(rng)
        facts.insert(asked, fact)
    elif kind == "complaint":
        fact, question, answer, carried = _of_complaint(rng)
        facts.insert(asked, fact)
    else:
        topic = rng.choice(wording()["plain"])
        question, answer, carried = rng.choice(topic["asked"]), rng.choice(topic["says"]), ()
    state = rng.choice(wording()["states"]) if rng.random() < 0.5 else ""
    prompt = prompt_of(_persona(rng), [fact.line for fact in facts], state)
    turns = (Turn("system", prompt), Turn("user", question), Turn("assistant", _spoken(answer, rng)))
    return Exchange(Sample(turns), carried)


@dataclass(frozen=True, slots=True)
class _Fact:
    thing: str
    name: str
    value: str
    attribute: Mapping[str, Any] | None = None

    @property
    def line(self) -> str:
        return f"{self.thing}{self.name}{self.value}" if self.attribute else f"{self.name}：{self.value}"


def _facts(rng: random.Random) -> list[_Fact]:
    """Some attributes of one or two things, each another one."""
    things = [_thing(rng) for _ in range(rng.choice((1, 1, 2)))]
    chosen = rng.sample(wording()["attributes"], rng.randint(*_FACTS))
    return [_Fact(rng.choice(things), one["name"], f"{_number(one['range'], rng)}{one['unit']}", one) for one in chosen]


def _thing(rng: random.Random) -> str:
    words = wording()
    name = f"{rng.choice(words['first'])}{rng.choice(words['things'])}{rng.choice(words['kinds'])}"
    return f"{name}{rng.choice((1, 2, 4, 8, 16, 32))}核{rng.choice((2, 4, 8, 16, 32, 64))}G" if rng.random() < 0.3 else name


def _number(bounds: Sequence[int], rng: random.Random) -> int:
    """Each length of number as often as the others: long ones are the hard ones to copy."""
    low, high = bounds
    digits = rng.randint(len(str(low)), len(str(high)))
    return rng.randint(max(low, 10 ** (digits - 1)), min(high, 10**digits - 1))


def _of_attribute(fact: _Fact, rng: random.Random) -> tuple[str, str, tuple[str, ...]]:
    attribute = fact.attribute or {}
    asked: str = rng.choice(attribute["asked"])
    question = rng.choice((asked, f"{fact.thing}{asked}", f"我想问下{fact.thing}{asked}", f"{fact.thing}的{asked}"))
    thing = fact.thing if rng.random() < 0.6 else ""
    answer = str(rng.choice(attribute["says"])).format(thing=thing, value=fact.value).removeprefix("的")
    return question, answer, (fact.value,)


def _of_capability(rng: random.Random) -> tuple[_Fact, str, str, tuple[str, ...]]:
    words = wording()
    name: str = rng.choice(words["capabilities"])
    can = rng.random() < 0.75
    text = (
        f"{rng.choice(words['when'])}{rng.choice(words['who'])}{rng.choice(words['does'])}"
        if can
        else rng.choice(words["missing"])
    )
    fact = _Fact("", name, f"支持，{text}" if can else text)
    answer = str(rng.choice(words["can" if can else "cannot"])).format(cap=name, text=text)
    return fact, str(rng.choice(words["capable_asked"])).format(cap=name), answer, (text,)


def _of_complaint(rng: random.Random) -> tuple[_Fact, str, str, tuple[str, ...]]:
    """Answered in three steps: calm, take it on, say what comes next and when."""
    words = wording()["complaints"]
    value = f"{rng.randint(5, 120)}分钟"
    answer = f"{rng.choice(words['calm'])}，{rng.choice(words['own'])}，{rng.choice(words['next']).format(value=value)}"
    return _Fact("", "答复时限", value), rng.choice(words["asked"]), answer, (value,)


def _persona(rng: random.Random) -> str:
    words = wording()
    return str(rng.choice(words["personas"])).format(house=rng.choice(words["houses"]), agent=rng.choice(words["agents"]))


def _spoken(answer: str, rng: random.Random) -> str:
    words = wording()
    before = rng.choice(words["openers"]) if rng.random() < _OPENED else ""
    after = rng.choice(words["closers"]) if rng.random() < _CLOSED else ""
    return f"{before}{answer}{after}。"
