"""The language model speaks in the turn: it words what a response says, sentence by sentence, and the response stands in for it.

What is heard has passed the guard. Nothing is said twice: what was handed on stays, and where the model then fails, only those
sentences of the response follow whose facts it still owes, and the response's question.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol

from dialogue.adapters.adapters import Adapters, wish_of
from dialogue.adapters.choosing import Choice
from dialogue.bot_files import Bot
from dialogue.events import BotUttered, Event, ReplyBlocked
from dialogue.guard import Guard, GuardContext, context_of, guard_of, guarded
from dialogue.llm import ChatClient
from dialogue.spoken import spoken
from dialogue.state import DialogueState
from dialogue.style.evaluation.house import HouseVoice, read_house
from dialogue.style.evaluation.measured import kept
from dialogue.wording.attempt import Attempt
from dialogue.wording.carrying import Fact
from dialogue.wording.settings import WordingSettings
from dialogue.wording.task import Task, task_of
from nlu.personal_data.scrub import scrub_conversation

_PAUSES = "，,、：: "
"""What a sentence that was broken off may end with."""


class Mouth(Protocol):
    """Who is spoken to while a reply is still being worded; called in the turn's thread."""

    def say(self, so_far: str) -> None:
        """All that the turn has said so far, in its spoken form; what of it is new is to be heard now."""
        ...

    @property
    def wanted(self) -> bool:
        """False once nobody listens any more: the caller broke in."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """What words the replies of one bot. Thread safe."""

    bot: Bot
    settings: WordingSettings
    llm: ChatClient
    adapters: Adapters | None
    guard: Guard
    house: HouseVoice | None = None
    """What each answer is held against; None: `style` is not measured."""

    def begin(self, mouth: Mouth | None = None, clock: Callable[[], float] = time.monotonic) -> TurnWording:
        """For one turn. With a `mouth` sentences are handed on as they come, else replies are given as a whole."""
        return TurnWording(self, mouth, clock)

    def warm_up(self) -> None:
        """Load what the first reply would otherwise wait for: a quarter of a second, which its deadline does not have."""
        self.llm.http()
        self.guard.check("您好。", GuardContext())
        scrub_conversation(["您好。"])

    def choice(self, state: DialogueState) -> Choice:
        """Who speaks: the adapter of the conversation, or the base where the bot has none."""
        if self.adapters is None:
            return Choice(self.llm.settings.model)
        return self.adapters.choose(state.conversation, state)

    def persona(self, state: DialogueState) -> str:
        """The persona that the conversation wishes for."""
        return wish_of(state, self.bot.settings.adapters).persona


def wording_of(bot: Bot, llm: ChatClient | None, adapters: Adapters | None) -> Wording | None:
    """Who words the replies of a bot; nobody without `wording` in bot.yml and a model behind it.

    Raises YamlError for rules of the house that cannot be read.
    """
    settings = bot.settings.wording
    if settings is None or llm is None or not settings.responses:
        return None
    house = None if settings.house is None else read_house(settings.house)
    wording = Wording(bot, settings, llm, adapters, guard_of(bot), house)
    wording.warm_up()
    return wording


@dataclass(slots=True)
class TurnWording:
    """The replies of one turn. A turn that must be done anew, since another replica was faster, says the same words again."""

    wording: Wording
    mouth: Mouth | None
    clock: Callable[[], float]
    spent_ms: float = 0.0
    """In waiting for the model."""
    _until: float | None = None
    _done: dict[tuple[str | None, str], tuple[Event, ...]] = field(default_factory=dict)

    def worded(self, message: BotUttered, action: str, state: DialogueState, before: str) -> tuple[Event, ...]:
        """What happened in the place of a message, the message itself last: in the model's words, or its own.

        `before`: the spoken form of what the turn has said already.
        """
        key = (message.response, message.text)
        if key not in self._done:
            task = task_of(self.wording.bot, message, state, self.wording.persona(state))
            self._done[key] = (message,) if task is None else self._asked(task, message, action, state, before)
        return self._done[key]

    def _asked(self, task: Task, message: BotUttered, action: str, state: DialogueState, before: str) -> tuple[Event, ...]:
        settings, began = self.wording.settings, self.clock()
        if self._until is None:
            self._until = began + settings.whole_ms / 1000
        self._hand_on(before)
        choice = self.wording.choice(state)
        context = context_of(state, self.wording.bot.facts, task.values, task.instructions)
        events: list[Event] = [choice.event] if choice.event is not None and choice.new else []
        due = began + settings.deadline_ms / 1000
        for number in range(settings.tries):
            attempt = Attempt(task, settings, self.clock, self.clock(), due, self._until, anew=number > 0)
            self._run(attempt, choice.model, context, before)
            said, dropped = _said(message, attempt)
            style = None if self.wording.house is None or not attempt.heard else kept("".join(attempt.heard), self.wording.house)
            events.append(replace(attempt.replied(choice, worded=bool(said.template), dropped=dropped), style=style))
            events += _blocked(dropped, attempt, action)
            if said.template or not attempt.may_be_repeated():
                break
        return (*events, said)

    def _run(self, attempt: Attempt, model: str, context: GuardContext, before: str) -> None:
        """Let the model answer once; what may be heard already is handed on."""
        with closing(attempt.pieces(self.wording.llm, model, self._wanted)) as pieces:
            for piece in attempt.passed(guarded(pieces, self.wording.guard, context, attempt.stopped.append)):
                attempt.heard.append(piece)
                if self.mouth is not None and (attempt.handed or attempt.may_begin()):
                    self._hand_on(before + "".join(map(spoken, attempt.heard)))
                    attempt.handed = True
        attempt.whole_ms = (self.clock() - attempt.began) * 1000
        self.spent_ms += attempt.whole_ms

    def _wanted(self) -> bool:
        return self.mouth is None or self.mouth.wanted

    def _hand_on(self, so_far: str) -> None:
        if self.mouth is not None and so_far:
            self.mouth.say(so_far)


def _said(message: BotUttered, attempt: Attempt) -> tuple[BotUttered, str]:
    """The message as it is said, and why not all of it is the model's."""
    task, words = attempt.task, "".join(attempt.heard)
    missing = task.facts.missing(words) if words else ()
    unasked = bool(words) and not task.keeps(words)
    dropped = _why(attempt, missing, unasked)
    if not words or ((missing or unasked or attempt.repeated or attempt.misnamed) and not attempt.handed):
        return message, dropped
    owed = "".join(dict.fromkeys(fact.sentence for fact in missing)) if not unasked else message.text
    rest = owed + task.question
    text = words if words[-1] not in _PAUSES and (words[-1] in "。！？!?…" or not rest) else words.rstrip(_PAUSES) + "。"
    speech = "".join(map(spoken, attempt.heard)) + spoken(rest)
    return replace(message, text=text + rest, speech=speech, template=message.text), dropped


def _why(attempt: Attempt, missing: tuple[Fact, ...], unasked: bool) -> str:
    if attempt.stopped:
        return str(attempt.stopped[0].kind)
    if attempt.hung_up:
        return "interrupted"
    if attempt.fault:
        return ""
    if missing or attempt.misnamed:
        return "fact"
    if unasked:
        return "question"
    if attempt.repeated:
        return "repeats"
    return "long" if attempt.long else ""


def _blocked(dropped: str, attempt: Attempt, action: str) -> tuple[ReplyBlocked, ...]:
    """The record of what was not let through, with what was to be said instead."""
    task = attempt.task
    if attempt.stopped:
        verdict = attempt.stopped[0]
        words = "" if verdict.kind == "personal" else verdict.words
        return (ReplyBlocked(str(verdict.kind), verdict.reason, action, words, task.response),)
    if dropped == "fact":
        return (ReplyBlocked(dropped, "leaves out a fact that the response tells, or says it wrong", action, "", task.response),)
    if dropped == "question":
        return (ReplyBlocked(dropped, "does not ask what the response asks", action, "", task.response),)
    return ()
