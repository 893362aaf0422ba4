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
        if need.wish is None:
            return self.say(need.kind)
        return self.say(f"price_{need.wish.period}", **self._named(need.wish))

    def want(self, wish: Wish) -> str:
        """Name a product without asking what it costs."""
        return self.say("want", **self._named(wish))

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
        new = {size: value for size, value in wish.sizes.items() if before.sizes.get(size) != value}
        return self.say("change_size", size=self._sizes(new).removesuffix("的"))

    def say(self, act: str, **slots: str) -> str:
        """A phrase of the customer's own dialect."""
        text = str(self._rng.choice(_phrases()[self._goal.style][act]))
        text = _CHOICE.sub(lambda match: self._rng.choice(match[1].split("|")), text)
        return text.format(name=self._goal.name, surname=self._goal.name[0], phone=self._goal.phone, **slots)

    def _named(self, wish: Wish) -> dict[str, str]:
        region = _phrases()["tables"]["region"][wish.region] + "的" if wish.region else ""
        return {"product": self._of("product", wish.product), "size": self._sizes(wish.sizes), "region": region}

    def _of(self, table: str, key: str) -> str:
        return str(self._rng.choice(_phrases()["tables"][table][key]))

    def _sizes(self, sizes: Mapping[str, int]) -> str:
        forms = _phrases()["tables"]["size"]
        if set(sizes) == set(_PAIR.split("+")):
            return str(self._rng.choice(forms[_PAIR])).format(**sizes)
        return "".join(str(self._rng.choice(forms[size])).format(value=_figure(size, value)) for size, value in sizes.items())


def _figure(size: str, value: int) -> str:
    """1024 GB are said as 1T, as everybody says them."""
    if size != "storage_gb":
        return str(value)
    return f"{value // 1024}T" if value % 1024 == 0 else f"{value}G"


@cache
def _phrases() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
