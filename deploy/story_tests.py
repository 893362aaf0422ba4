"""Runs test stories through the bot itself and shows where it went another way."""

from __future__ import annotations

import difflib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from deploy.terminal import coloured
from dialogue.pattern import same_needs, slot_holds
from dialogue.reply import Reply
from dialogue.script import NOT_UNDERSTOOD, SET, ActionStep, LoopStep, SlotStep, Step, Story, UserStep
from dialogue.script_file import read_test_stories
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.yaml_file import Place
from nlu.understanding import Entity

CHANNEL = "rest"
UNCOMPARED = (ACTION_LISTEN, "action_session_start")
"""Actions that a test story leaves out."""
COLOUR = {"-": "red", "+": "green"}


class Talker(Protocol):
    """What of deploy.bot.SalesBot a test story needs."""

    def start(self, conversation: str, channel: str = "rest") -> Reply: ...

    def turn(self, conversation: str, heard: str, channel: str = "rest") -> Reply: ...

    def state(self, conversation: str) -> DialogueState: ...


@dataclass(frozen=True, slots=True)
class StoryResult:
    """What a story expects and what happened, both as lines in the same order."""

    name: str
    place: Place
    expected: tuple[str, ...]
    got: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return self.expected == self.got


@dataclass(frozen=True, slots=True)
class StoryReport:
    """All stories of one run."""

    results: tuple[StoryResult, ...]
    misunderstood: tuple[str, ...] = ()
    """Texts that are understood otherwise than their story says, where that does not count for the verdict."""

    @property
    def stories(self) -> int:
        return len(self.results)

    @property
    def failures(self) -> tuple[StoryResult, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def failed(self) -> int:
        return len(self.failures)

    @property
    def passed(self) -> int:
        return self.stories - self.failed


@dataclass(slots=True)
class _Turn:
    """One utterance of a story and what it says must follow."""

    user: UserStep
    actions: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    loop: LoopStep | None = None


@dataclass(slots=True)
class _Lines:
    expected: list[str] = field(default_factory=list)
    got: list[str] = field(default_factory=list)

    def same(self, line: str) -> None:
        self.compare(line, line)

    def compare(self, expected: str, got: str | None) -> None:
        self.expected.append(expected)
        if got is not None:
            self.got.append(got)


def check_bot(folder: Path, stories: Path | None = None, progress: Callable[[str], None] | None = None) -> StoryReport:
    """Run the test stories of a file or folder (BOT/tests) against the bot, with a store of their own.

    A bot of Rasa, one without bot.yml, is not run: its stories are held against its rules and stories, as Rasa does.
    Raises BotFaults for faults in the bot or in the stories.
    """
    from deploy.bot import SalesBot
    from deploy.story_rehearsal import rehearse_bot
    from dialogue.bot_files import load_bot

    if not (folder / "bot.yml").is_file():
        bot_of_rasa = load_bot(folder)
        return rehearse_bot(bot_of_rasa, read_test_stories(stories or folder / "tests"), progress)
    with tempfile.TemporaryDirectory() as scratch:
        bot = SalesBot.load(folder, f"sqlite:///{scratch}/test.sqlite", progress)
        try:
            return run_stories(bot, read_test_stories(stories or folder / "tests"))
        finally:
            bot.close()


def run_stories(bot: Talker, stories: Sequence[Story]) -> StoryReport:
    """Each story in a conversation of its own."""
    return StoryReport(tuple(run_story(bot, story, f"story-{number}") for number, story in enumerate(stories, start=1)))


def run_story(bot: Talker, story: Story, conversation: str) -> StoryResult:
    """Say every user text and compare needs, entities, actions, form and slots; what a story doesn't mention is free."""
    lines = _Lines()
    bot.start(conversation, CHANNEL)
    for turn in _turns(story.steps):
        text = turn.user.text if turn.user.text is not None else _payload(turn.user)
        reply = bot.turn(conversation, text, CHANNEL)
        _compare(turn, text, reply, bot.state(conversation), lines)
    return StoryResult(story.name, story.place, tuple(lines.expected), tuple(lines.got))


def shown(result: StoryResult) -> Iterator[str]:
    """A failed story as lines: `-` was expected, `+` happened; coloured on a terminal."""
    yield coloured(f"{result.place}: story '{result.name}'", "bold")
    for line in difflib.ndiff(result.expected, result.got):
        mark = line[0]
        if mark != "?":
            yield coloured(f"  {line}", COLOUR[mark]) if mark in COLOUR else f"  {line}"


def _turns(steps: Sequence[Step]) -> Iterator[_Turn]:
    """What stands before the first utterance (a greeting) is left out."""
    turn: _Turn | None = None
    for step in steps:
        if isinstance(step, UserStep):
            if turn is not None:
                yield turn
            turn = _Turn(step)
        elif turn is None:
            continue
        elif isinstance(step, ActionStep) and step.name not in UNCOMPARED:
            turn.actions.append(step.name)
        elif isinstance(step, SlotStep):
            turn.slots |= step.values
        elif isinstance(step, LoopStep):
            turn.loop = step
    if turn is not None:
        yield turn


def _payload(step: UserStep) -> str:
    """A step without text is said as Rasa's payload: /intent{"entity": "value"}."""
    entities = {name: value for name, value in step.entities if value is not None}
    intents = "+".join(step.alternatives[0]) if step.alternatives and step.alternatives[0] else NOT_UNDERSTOOD
    return f"/{intents}{json.dumps(entities, ensure_ascii=False) if entities else ''}"


def _compare(turn: _Turn, text: str, reply: Reply, state: DialogueState, lines: _Lines) -> None:
    lines.same(f"user: {text}")
    _compare_needs(turn.user, state, lines)
    entities = state.latest.understanding.entities if state.latest is not None else ()
    for name, value in [*turn.user.entities, *((entity.entity, entity.value) for entity in turn.user.annotated)]:
        lines.compare(*_entity_lines(name, value, entities))
    lines.expected += [f"action: {name}" for name in turn.actions]
    lines.got += [f"action: {name}" for name in reply.actions if name not in UNCOMPARED]
    if turn.loop is not None:
        lines.compare(f"active_loop: {turn.loop.name}", f"active_loop: {state.active_loop}")
    for slot, wanted in turn.slots.items():
        line = f"slot: {slot} = {'(set)' if wanted is SET else wanted}"
        lines.compare(line, line if slot_holds(wanted, state.value(slot)) else f"slot: {slot} = {state.value(slot)}")


def _compare_needs(user: UserStep, state: DialogueState, lines: _Lines) -> None:
    if not user.alternatives:
        return
    got = tuple(need.intent for need in state.needs)
    wanted = " or ".join("+".join(needs) or NOT_UNDERSTOOD for needs in user.alternatives)
    right = any(same_needs(got, needs) or set(got) == set(needs) for needs in user.alternatives)
    lines.compare(f"intent: {wanted}", f"intent: {wanted if right else '+'.join(got) or NOT_UNDERSTOOD}")


def _entity_lines(name: str, value: Any, entities: Sequence[Entity]) -> tuple[str, str | None]:
    line = f"entity: {name}" if value is None else f"entity: {name} = {value}"
    found = [entity for entity in entities if entity.entity == name]
    if any(value is None or str(value) in (str(entity.value), entity.text) for entity in found):
        return line, line
    return line, f"entity: {name} = {', '.join(str(entity.value) for entity in found)}" if found else None
