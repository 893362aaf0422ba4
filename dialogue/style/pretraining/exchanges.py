"""Exchanges of a customer and an agent, written by draw: the answers carry values that only the prompt holds.

What is to be learnt from them is to find the fact that was asked for among others and to say it unaltered, in many ways of
speaking. The form of the prompt is that of dialogue.style.prompts, which a bot uses at run time.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from dialogue.style.pretraining.facts import Looked, drawn, look_up, wording
from dialogue.style.pretraining.manners import Manner, draw_manner
from dialogue.style.prompts import prompt_of
from dialogue.style.samples import Sample, Turn

_KINDS = {"facts": 0.74, "reading": 0.12, "complaint": 0.07, "talk": 0.07}
_HAGGLING, _SAVED = "砍价", "包年省下"
_TURNS = (1, 1, 2, 3, 4)
"""Questions in one conversation, about the same facts: several answers are learnt for one prompt's work."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A conversation; `carried` are the pieces of the facts that its last answer must hold, letter by letter."""

    sample: Sample
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Talk:
    """Questions with their answers over some facts."""

    lines: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    carried: tuple[str, ...]
    state: str


def draw(rng: random.Random) -> Exchange:
    """One exchange; the same for the same state of `rng`."""
    facts = wording("facts")
    manner = draw_manner(rng)
    who = {"house": [rng.choice(facts["houses"])], "agent": [rng.choice(facts["agents"])]}
    kind = rng.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
    if kind == "facts":
        talk = _of_facts(look_up(rng), manner, rng)
    elif kind == "reading":
        talk = _of_reading(look_up(rng), rng)
    elif kind == "complaint":
        talk = _of_complaint(manner, rng)
    else:
        talk = _of_nothing(manner, rng, who)
    persona = drawn(rng.choice(facts["personas"]), rng, who) + manner.told
    state = talk.state if rng.random() < 0.6 else rng.choice(("", "", *facts["states"]))
    turns = [Turn("system", prompt_of(persona, talk.lines, state))]
    for question, answer in talk.pairs:
        turns += [Turn("user", question), Turn("assistant", answer)]
    return Exchange(Sample(tuple(turns)), talk.carried)


def _of_facts(looked: Looked, manner: Manner, rng: random.Random) -> _Talk:
    asked = rng.sample(looked.points, min(len(looked.points), rng.choice(_TURNS)))
    pairs = tuple((point.question, manner.say(point, rng)) for point in asked)
    last = pairs[-1][1]
    return _Talk(looked.lines, pairs, tuple(piece for piece in asked[-1].carried if piece in last), asked[0].state)


def _of_reading(looked: Looked, rng: random.Random) -> _Talk:
    """What stands there is read out: the shortest way to learn that an answer is taken from the prompt."""
    kinds = wording("talk")["reading"]
    whole = rng.random() < 0.5
    lines = list(looked.lines) if whole else [rng.choice(looked.lines)]
    at = looked.lines.index(lines[0])
    asked = rng.choice(kinds["all"] if whole else kinds["one"]).format(number=kinds["numbers"][at], begin=lines[0][:4])
    return _Talk(looked.lines, ((asked, f"{'；'.join(lines)}。"),), tuple(lines), "")


def _of_complaint(manner: Manner, rng: random.Random) -> _Talk:
    complaints, facts = wording("talk")["complaints"], wording("facts")
    value = f"{rng.randint(5, 120)}分钟" if rng.random() < 0.4 else rng.choice(facts["parts"]["period"])
    lines = [f"{rng.choice(complaints['called'])}：{value}"]
    if rng.random() < 0.3:
        lines += look_up(rng).lines[:2]
    return _Talk(tuple(lines), ((rng.choice(complaints["asked"]), manner.calm(value, rng)),), (value,), "投诉")


def _of_nothing(manner: Manner, rng: random.Random, who: dict[str, list[str]]) -> _Talk:
    """Talk without a fact, over facts that are not asked for or none. One who haggles is told what a year saves where that
    stands among the facts, so it does not stand here."""
    topic = rng.choice(wording("talk")["plain"])
    lines = look_up(rng).lines if rng.random() < 0.4 else ()
    if topic["state"] == _HAGGLING:
        lines = tuple(line for line in lines if _SAVED not in line)
    return _Talk(lines, ((rng.choice(topic["asked"]), manner.chat(topic, rng, who)),), (), topic["state"])
