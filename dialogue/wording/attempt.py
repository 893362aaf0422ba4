"""One request for words: its sentences as they come, within its time and length, and how it went."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from dialogue.adapters.choosing import Choice
from dialogue.events import AdapterReplied
from dialogue.guard import Verdict
from dialogue.llm import ChatClient, ChatRequest, LlmError, Said
from dialogue.spoken import sentences
from dialogue.wording.settings import WordingSettings
from dialogue.wording.task import Task, asks

ANEW = 0.7
"""Temperature of a second answer: high enough for other words, low enough to keep to the facts."""
_RUN = 6
"""Characters in a row: of the 300 answers in examples/style none says so many twice."""
_CLAUSE = re.compile(r"\w+")


@dataclass(slots=True)
class Attempt:
    """Times are those of `clock`, in seconds: the first sentence must be there by `due`, the last by `until`. `stopped` are the
    guard's verdicts. An attempt `anew` is worded more freely: the likeliest words were wrong."""

    task: Task
    settings: WordingSettings
    clock: Callable[[], float]
    began: float
    due: float
    until: float
    anew: bool = False
    heard: list[str] = field(default_factory=list)
    handed: bool = False
    """Some of it was heard already."""
    first_ms: float | None = None
    whole_ms: float = 0.0
    fault: str = ""
    long: bool = False
    repeated: bool = False
    misnamed: bool = False
    hung_up: bool = False
    stopped: list[Verdict] = field(default_factory=list)

    def pieces(self, llm: ChatClient, model: str, wanted: Callable[[], bool]) -> Generator[str]:
        """The sentences of the answer as they come; a fault ends them."""
        left_s = self.until - self.clock()
        if left_s <= 0:
            self.fault = "late"
            return
        shown = (Said("system", self.task.prompt), Said("user", self.task.said))
        request = ChatRequest(
            tuple(one for one in shown if one.content),
            max_tokens=self.settings.max_tokens,
            temperature=max(self.settings.temperature, ANEW) if self.anew else self.settings.temperature,
            model=model,
            deadline_s=left_s,
        )
        try:
            with closing(llm.stream(request, self._patience_s)) as stream:
                yield from self._cut(self._while_wanted(stream, wanted))
        except LlmError as fault:
            self.fault = fault.kind

    def passed(self, pieces: Iterable[str]) -> Iterator[str]:
        """What is said of it: no more than the bound allows, nothing from a wrong name on, and no question where the response
        asks one itself."""
        told = 0
        for piece in pieces:
            told += len(piece)
            if told > self.settings.max_chars:
                self.long = True
                return
            if repeats("".join((*self.heard, piece)), self.task.values.values()):
                self.repeated = True
                return
            if self.task.facts.misnamed("".join((*self.heard, piece))):
                self.misnamed = True
                return
            if not (self.task.question and asks(piece)):
                yield piece

    def may_be_repeated(self) -> bool:
        """Whether another answer is worth asking for: this one came, nobody heard it, and as long a one would come in time."""
        in_time = self.clock() + self.whole_ms / 1000 <= self.due
        return in_time and not (self.fault or self.handed or self.hung_up)

    def may_begin(self) -> bool:
        """Whether a caller may hear the first words: they tell every fact, or those that do are too long in coming."""
        words = "".join(self.heard)
        if (self.clock() - self.began) * 1000 >= self.settings.hold_ms:
            return True
        return self.task.keeps(words) and not self.task.facts.missing(words)

    def replied(self, choice: Choice, worded: bool, dropped: str) -> AdapterReplied:
        """The record of it."""
        first_ms = self.whole_ms if self.first_ms is None else self.first_ms
        return AdapterReplied(
            choice.adapter,
            round(first_ms, 1),
            self.fault,
            response=self.task.response,
            model=choice.model,
            whole_ms=round(self.whole_ms, 1),
            worded=worded,
            dropped=dropped,
        )

    def _patience_s(self) -> float:
        """How long the next piece may take: until the first sentence is there, what is left of its time."""
        if self.first_ms is not None:
            return self.until - self.clock()
        return self.due - self.clock()

    def _while_wanted(self, stream: Iterable[str], wanted: Callable[[], bool]) -> Iterator[str]:
        for piece in stream:
            if not wanted():
                self.hung_up = True
                return
            yield piece

    def _cut(self, stream: Iterable[str]) -> Iterator[str]:
        rest = ""
        for piece in stream:
            *whole, rest = sentences(rest + piece) or ("",)
            for sentence in whole:
                self._first()
                yield sentence
        if rest and not self.hung_up:
            self._first()
            yield rest

    def _first(self) -> None:
        if self.first_ms is None:
            self.first_ms = (self.clock() - self.began) * 1000


def repeats(words: str, values: Iterable[str]) -> bool:
    """Whether a longer run of characters stands twice in them: a model that has lost its thread. What was filled into the
    response may recur."""
    for value in sorted(filter(None, values), key=len, reverse=True):
        words = words.replace(value, "\n")
    seen: set[str] = set()
    for clause in _CLAUSE.findall(words):
        runs = {clause[at : at + _RUN] for at in range(len(clause) - _RUN + 1)}
        if runs & seen or len(runs) < len(clause) - _RUN + 1:
            return True
        seen |= runs
    return False
