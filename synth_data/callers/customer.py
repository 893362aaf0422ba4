"""A simulated customer: hears the bot's words, ticks off what has been answered, and says what comes next.

The customer knows nothing of the bot but its words: questions are recognised by what people would recognise them by.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from synth_data.callers.goals import Goal, Need, Wish
from synth_data.callers.wording import Wording

_ASKS_NAME = re.compile(r"怎么称呼|贵姓|您的?(名字|姓名)")
_ASKS_PHONE = re.compile(r"(留|给|说)[^。?？]{0,6}(手机号|电话)|(手机号|电话)[^。]{0,6}(多少|几)|后面呢|您接着说")
_NOT_UNDERSTOOD = re.compile(r"没(听|太听|大听)|没(弄|搞)?明白|没(太)?懂|再说一遍|换个说法")
_OFFERS_PERSON = re.compile(r"转(给|接)?人工[^。]{0,6}[?？吗]|人工同事吗")
_ASKS_WHAT = re.compile(r"哪(一)?(款|个|类)(产品|系统)?|大概(多大|有多少人|要多大)|多大配置|多大的|多少人")
_STILL_THERE = re.compile(r"还在吗|能听到我")
_PROPOSES = re.compile(r"可以吗|好吗|方便留|要不要(请|看看)|需要请")
_PATIENCE = 3
"""So often a need is asked for again before the customer gives it up."""
_MOST_TOGETHER = 3
"""Needs in one sentence."""


@dataclass(slots=True)
class Customer:
    """One customer in conversation. `answered` are the needs that were told rightly, in order of the goal."""

    goal: Goal
    rng: random.Random
    wording: Wording = field(init=False)
    answered: list[bool] = field(init=False)
    asked: list[int] = field(init=False)
    heard: dict[int, str] = field(default_factory=dict)
    """The bot's latest words to each need that they did not answer."""
    turns: int = 0
    corrections: int = 0
    wish: Wish | None = None
    """What the bot was told to be wanted, last."""
    wants_to_buy: bool = False
    refused: bool = False
    asking: tuple[int, ...] = ()
    """The needs that the last words asked for."""

    def __post_init__(self) -> None:
        self.wording = Wording(self.goal, self.rng)
        self.answered = [False] * len(self.goal.needs)
        self.asked = [0] * len(self.goal.needs)

    def hear(self, reply: str) -> None:
        """Tick off what the bot's words answer of what was asked for so far."""
        for at, need in enumerate(self.goal.needs):
            if self.asked[at] and need.told_by(reply):
                self.answered[at] = True
            elif at in self.asking and not self.answered[at]:
                self.heard[at] = reply

    def speak(self, reply: str) -> str:
        """The next words after the bot's; "" is silence."""
        self.turns += 1
        if self.turns == self.goal.silent_turn:
            return ""
        if _ASKS_NAME.search(reply):
            return self.wording.say("name") if self.wants_to_buy else self._next(self.wording.say("not_now"))
        if _ASKS_PHONE.search(reply) and self.wants_to_buy:
            return self.wording.say("phone")
        if _OFFERS_PERSON.search(reply):
            return self._next(self.wording.say("no_person"))
        if _STILL_THERE.search(reply):
            return self._next(self.wording.say("back"))
        if self.wants_to_buy and _PROPOSES.search(reply):
            return self.wording.say("agree")
        return self._next("", misheard=bool(_NOT_UNDERSTOOD.search(reply)) or bool(_ASKS_WHAT.search(reply)))

    def _next(self, first: str, misheard: bool = False) -> str:
        """Ask again for what was asked and not told; else for the next need; else buy or take leave."""
        words = [first] if first else []
        pending = [at for at in self.asking if not self.answered[at] and self.asked[at] < _PATIENCE]
        if pending:
            self.corrections += 1
            words.append(self._again(pending[0], misheard))
        else:
            words.append(self._ahead())
        return ",".join(words)

    def _again(self, at: int, misheard: bool) -> str:
        need = self.goal.needs[at]
        self.asking = (at, *(other for other in self.asking if other != at))
        self.asked[at] += 1
        if need.kind == "vague":
            return self.wording.say("leave_it")
        if need.wish is not None and need.kind != "cheaper" and not misheard and self.asked[at] == 2:
            self.wish = need.wish
            return self.wording.correct(need.wish)
        return self._ask(need)

    def _ahead(self) -> str:
        open_needs = [at for at, done in enumerate(self.answered) if not done and self.asked[at] == 0]
        if open_needs:
            first_words = self.turns == 1
            together = min(_MOST_TOGETHER, len(open_needs)) if first_words and self.goal.compound_first else 1
            self.asking = tuple(open_needs[:together])
            said = []
            for at in self.asking:
                self.asked[at] += 1
                said.append(self._first_time(self.goal.needs[at]))
            return self.wording.together(said, opens=first_words)
        if self.goal.leaves_contact:
            if self.wants_to_buy:
                self.corrections += 1
            self.wants_to_buy = True
            return self.wording.say("buy")
        self.refused = True
        return self.wording.say("refuse")

    def _first_time(self, need: Need) -> str:
        """Ask for a need for the first time: as a change of what was said, or beside it, where it is one."""
        before, self.wish = self.wish, need.wish or self.wish
        if need.kind == "change" and before is not None:
            return self.wording.change(need, before)
        if need.kind in ("another", "back"):
            return self.wording.beside(need)
        return self.wording.ask(need)

    def _ask(self, need: Need) -> str:
        self.wish = need.wish or self.wish
        return self.wording.ask(need)
