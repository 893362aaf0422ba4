"""How an answer is said: one of several manners of speaking, which the persona may name."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.style.pretraining.facts import Point, drawn, wording

_UNTOLD = 0.15
"""Share of mannered answers whose persona does not say so: rare enough for the plain one to stay the likeliest."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One of wording/manners.yml."""

    name: str
    told: str
    rules: Mapping[str, Any]

    def say(self, point: Point, rng: random.Random) -> str:
        """The answer to a point, with its full stop."""
        words = {"thing": point.thing if rng.random() < 0.7 else "", "called": point.called, "value": point.value}
        if point.thing in point.carried:
            words["thing"] = point.thing
        if point.text:
            core = str(rng.choice(point.says or self.rules["texts"])).format(text=point.text, name=point.name)
        elif rng.random() < self.rules["natural"] or point.thing in point.carried:
            core = str(rng.choice(point.says)).format(**words)
        else:
            core = str(rng.choice(self.rules["frames"])).format(**words)
        return self._wrapped(core.lstrip("的，：。嘛啊").rstrip("，：。"), rng)

    def chat(self, topic: Mapping[str, Any], rng: random.Random, parts: Mapping[str, Any]) -> str:
        """An answer of talk.yml with nothing to carry."""
        said = drawn(rng.choice(topic.get(self.rules["plain"], topic["says"])), rng, parts)
        return f"{said}。"

    def calm(self, value: str, rng: random.Random) -> str:
        """A complaint answered in three steps: calm, take it on, say what comes next and when."""
        steps = wording("talk")["complaints"]
        pattern = drawn(self.rules["complaint"], rng, wording("manners")["parts"])
        following = str(rng.choice(steps["next"])).format(value=value)
        return f"{pattern.format(calm=rng.choice(steps['calm']), own=rng.choice(steps['own']), next=following)}。"

    def _wrapped(self, core: str, rng: random.Random) -> str:
        before, core_end, after = (self._maybe(name, rng) for name in ("before", "particle", "after"))
        said = f"{before}{core}{core_end}{after}"
        return said if said.endswith(("？", "。")) else f"{said}。"

    def _maybe(self, name: str, rng: random.Random) -> str:
        rule = self.rules[name]
        return drawn(rng.choice(rule["of"]), rng, wording("manners")["parts"]) if rng.random() < rule["share"] else ""


def draw_manner(rng: random.Random) -> Manner:
    """One by its weight."""
    rules = {name: one for name, one in wording("manners").items() if name != "parts"}
    name = rng.choices(tuple(rules), [one["weight"] for one in rules.values()])[0]
    told = "" if rng.random() < _UNTOLD else rng.choice(rules[name]["told"])
    return Manner(name, told, rules[name])
