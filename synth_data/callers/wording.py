"""The customers' words: phrases.yml, filled in."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from synth_data.callers.goals import Goal, Need, Wish

_FILE = Path(__file__).parent / "phrases.yml"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_PAIR = "cpu_cores+memory_gb"


class Wording:
    """One customer's way of saying things; each call may give other words."""

    def __init__(self, goal: Goal, rng: random.Random) -> None:
        self._goal, self._rng = goal, rng

    def ask(self, need: Need) -> str:
        """Ask for a need as if nothing had been said of it."""
        if need.kind in ("feature", "integration"):
            return self.say(need.kind, topic=self._of(need.kind, need.topic))
        if need.wish is None or need.kind == "cheaper":
            return self.say(need.kind)
        if need.kind == "vague":
            return self.say(f"vague_{need.wish.period}", **self._named(need.wish))
        named = self._named(need.wish) if need.stumble is None else self._stumbled(need.stumble, need.wish)
        return self.say(f"price_{need.wish.period}", **named)

    def beside(self, need: Need) -> str:
        """Ask for another configuration beside the one spoken of, or for the first again."""
        if need.wish is None:
            return self.ask(need)
        return self.say(f"{need.kind}_{need.wish.period}", **self._named(need.wish))

    def correct(self, wish: Wish) -> str:
        """Say that something else was meant."""
        return self.say("wrong", **self._named(wish))

    def change(self, need: Need, before: Wish) -> str:
        """Ask for a change of what was spoken of: only what is new is said."""
        wish = need.wish
        if wish is None:
            return self.ask(need)
        if wish.period != before.period:
            return self.say(f"change_{wish.period}")
        if wish.region != before.region:
            return self.say("change_region", city=_phrases()["tables"]["region"][wish.region])
        new = {size: value for size, value in wish.sizes.items() if before.sizes.get(size) != value}
        size = self._sizes(new)
        return self.say("change_size", size=size, size_alone=_alone(size))

    def together(self, asked: list[str], opens: bool) -> str:
        """Several needs in one sentence, joined as people join them; `opens` begins the conversation."""
        words = [asked[0]]
        for need in asked[1:]:
            joint = self.say("joint")
            words.append(f"{joint}{self._rng.choice((',', ''))}{need}" if joint else need)
        text = ",".join(words)
        return f"{self.say('opening')},{text}" if opens and self._rng.random() < 0.3 else text

    def say(self, act: str, **slots: str) -> str:
        """A phrase of the customer's own dialect."""
        text = str(self._rng.choice(_phrases()[self._goal.style][act]))
        text = _CHOICE.sub(lambda match: self._rng.choice(match[1].split("|")), text)
        text = text.format(name=self._goal.name, surname=self._goal.name[0], phone=self._goal.phone, **slots)
        return re.sub(r",{2,}", ",", text).strip(",")

    def _named(self, wish: Wish) -> dict[str, str]:
        region = _phrases()["tables"]["region"][wish.region] + "的" if wish.region else ""
        size = self._sizes(wish.sizes)
        return {"product": self._of("product", wish.product), "size": size, "size_alone": _alone(size), "region": region}

    def _stumbled(self, wrong: Wish, right: Wish) -> dict[str, str]:
        """The right wish, its size said wrong at first."""
        said_wrong, said_right = _alone(self._sizes(wrong.sizes)), self._sizes(right.sizes)
        slip = self.say("stumble", wrong=said_wrong, right=said_right)
        return {**self._named(right), "size": slip, "size_alone": _alone(slip)}

    def _of(self, table: str, key: str) -> str:
        return str(self._rng.choice(_phrases()["tables"][table][key]))

    def _sizes(self, sizes: Mapping[str, int]) -> str:
        forms = _phrases()["tables"]["size"]
        if set(sizes) == set(_PAIR.split("+")):
            return str(self._rng.choice(forms[_PAIR])).format(**sizes)
        return "".join(str(self._rng.choice(forms[size])).format(value=_figure(size, value)) for size, value in sizes.items())


def _alone(size: str) -> str:
    """The size as it stands without a product behind it."""
    return size.removesuffix("的")


def _figure(size: str, value: int) -> str:
    """1024 GB are said as 1T, as everybody says them."""
    if size != "storage_gb":
        return str(value)
    return f"{value // 1024}T" if value % 1024 == 0 else f"{value}G"


@cache
def _phrases() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
