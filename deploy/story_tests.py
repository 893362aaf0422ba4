"""Runs test stories through the bot itself and shows where it went another way."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from deploy.story_diff import Line, StoryReport, StoryResult
from dialogue.faults import BotFaults, Fault
from dialogue.pattern import same_needs, slot_holds
from dialogue.reply import Reply
from dialogue.script import NOT_UNDERSTOOD, SET, ActionStep, LoopStep, SlotStep, Step, Story, UserStep
from dialogue.script_file import read_test_stories
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.yaml_file import Place
from nlu.understanding import Entity, Parser, Understanding
from policies.follow import said

if TYPE_CHECKING:
    from dialogue.bot_files import Bot

CHANNEL = "rest"
FOLDERS = ("tests", "test_stories")
"""Where a bot's test stories lie, the first that there is."""
UNCOMPARED = (ACTION_LISTEN, "action_session_start")
"""Actions that a test story leaves out."""


class Talker(Protocol):
    """What of deploy.bot.SalesBot a test story needs."""

    def start(self, conversation: str, channel: str = "rest") -> Reply: ...

    def turn(self, conversation: str, heard: str, channel: str = "rest") -> Reply: ...

    def state(self, conversation: str) -> DialogueState: ...


@dataclass(frozen=True, slots=True)
class Told:
    """Understands each text as a story says that it is meant. Raises KeyError for others."""

    meant: Mapping[str, Understanding]

    def parse(self, text: str) -> Understanding:
        return self.meant[text]


@dataclass(slots=True)
class _Turn:
    """One utterance of a story and what it says must follow."""

    user: UserStep
    number: int
    actions: list[ActionStep] = field(default_factory=list)
    slots: dict[str, tuple[Any, int]] = field(default_factory=dict)
    loop: LoopStep | None = None


@dataclass(slots=True)
class _Lines:
    expected: list[Line] = field(default_factory=list)
    got: list[Line] = field(default_factory=list)

    def compare(self, expected: str, got: str | None, number: int) -> None:
        self.expected.append(Line(expected, number))
        if got is not None:
            self.got.append(Line(got))


def check_bot(folder: Path, stories: Path | None = None, progress: Callable[[str], None] | None = None) -> StoryReport:
    """Run the test stories of a file or folder (BOT/tests) against the bot, with a store of their own.

    A bot of Rasa, one without bot.yml, is not run: its stories are held against its rules and stories, as Rasa does.
    Raises BotFaults for faults in the bot or in the stories.
    """
    from deploy.story_rehearsal import rehearse_bot
    from dialogue.bot_files import load_bot

    if not (folder / "bot.yml").is_file():
        bot_of_rasa = load_bot(folder)
        return rehearse_bot(bot_of_rasa, read_test_stories(stories or test_folder(folder)), progress)
    return _checked(folder, read_test_stories(stories or test_folder(folder)), progress)


def test_folder(bot: Path) -> Path:
    """The folder of the bot's test stories. Raises BotFaults where it has none."""
    found = next((bot / name for name in FOLDERS if (bot / name).is_dir()), None)
    if found is None:
        raise BotFaults([Fault(Place(bot / FOLDERS[0], 1), "no test stories; write some, or name them with --stories")])
    return found


def _checked(folder: Path, stories: Sequence[Story], progress: Callable[[str], None] | None) -> StoryReport:
    """What fails is run once more with the understanding that the story states, to tell what is to blame."""
    from deploy.bot import SalesBot
    from deploy.bot_check import load_usable
    from deploy.bot_models import parser_for
    from deploy.bot_parts import Shared, parts_of

    bot = without_model(load_usable(folder))

    def knowing(parser: Parser, store: str) -> closing[SalesBot]:
        return closing(SalesBot(parts_of(bot, parser, Shared.of(bot, f"sqlite:///{scratch}/{store}"))))

    with tempfile.TemporaryDirectory() as scratch:
        with knowing(parser_for(bot, progress), "1") as talker:
            report = run_stories(talker, stories)
        failed = [story for story, result in zip(stories, report.results, strict=True) if not result.passed]
        if not failed:
            return report
        with knowing(Told(dict(_meant(failed))), "2") as talker:
            right = {story.place for story in failed if run_story(talker, story, str(story.place)).passed}
    return StoryReport(tuple(replace(result, misunderstood=result.place in right) for result in report.results))


def without_model(bot: Bot) -> Bot:
    """The bot without its language model: a test must come out alike each time, and must not wait for a server."""
    return replace(bot, settings=replace(bot.settings, models=replace(bot.settings.models, llm=None, understanding=None)))


def _meant(stories: Sequence[Story]) -> Iterator[tuple[str, Understanding]]:
    """What stories say that their texts mean."""
    for step in (step for story in stories for step in story.steps):
        if isinstance(step, UserStep) and step.text:
            yield step.text, said(step).understanding


def run_stories(bot: Talker, stories: Sequence[Story]) -> StoryReport:
    """Each story in a conversation of its own."""
    return StoryReport(tuple(run_story(bot, story, f"story-{number}") for number, story in enumerate(stories, start=1)))


def run_story(bot: Talker, story: Story, conversation: str) -> StoryResult:
    """Say every user text and compare needs, entities, actions, form and slots; what a story doesn't mention is free."""
    lines = _Lines()
    bot.start(conversation, CHANNEL)
    for turn in _turns(story):
        text = turn.user.text if turn.user.text is not None else _payload(turn.user)
        reply = bot.turn(conversation, text, CHANNEL)
        _compare(turn, text, reply, bot.state(conversation), lines)
    return StoryResult(story.name, story.place, tuple(lines.expected), tuple(lines.got))


def _turns(story: Story) -> Iterator[_Turn]:
    """What stands before the first utterance (a greeting) is left out."""
    turn: _Turn | None = None
    for step in story.steps:
        number = _number(step, story)
        if isinstance(step, UserStep):
            if turn is not None:
                yield turn
            turn = _Turn(step, number)
        elif turn is None:
            continue
        elif isinstance(step, ActionStep) and step.name not in UNCOMPARED:
            turn.actions.append(step)
        elif isinstance(step, SlotStep):
            turn.slots |= {slot: (value, number) for slot, value in step.values.items()}
        elif isinstance(step, LoopStep):
            turn.loop = step
    if turn is not None:
        yield turn


def _number(step: Step, story: Story) -> int:
    return (step.place or story.place).line


def _payload(step: UserStep) -> str:
    """A step without text is said as Rasa's payload: /intent{"entity": "value"}."""
    entities = {name: value for name, value in step.entities if value is not None}
    intents = "+".join(step.alternatives[0]) if step.alternatives and step.alternatives[0] else NOT_UNDERSTOOD
    return f"/{intents}{json.dumps(entities, ensure_ascii=False) if entities else ''}"


def _compare(turn: _Turn, text: str, reply: Reply, state: DialogueState, lines: _Lines) -> None:
    lines.compare(f"user: {text}", f"user: {text}", turn.number)
    _compare_needs(turn, state, lines)
    entities = state.latest.understanding.entities if state.latest is not None else ()
    for name, value in [*turn.user.entities, *((entity.entity, entity.value) for entity in turn.user.annotated)]:
        lines.compare(*_entity_lines(name, value, entities), turn.number)
    why = {action.name: f"{action.policy}: {action.reason}" for action in state.turn_actions if action.policy}
    lines.expected += [Line(f"action: {action.name}", action.place.line if action.place else 0) for action in turn.actions]
    lines.got += [Line(f"action: {name}", why=why.get(name, "")) for name in reply.actions if name not in UNCOMPARED]
    if turn.loop is not None:
        number = turn.loop.place.line if turn.loop.place else turn.number
        lines.compare(f"active_loop: {turn.loop.name}", f"active_loop: {state.active_loop}", number)
    for slot, (wanted, number) in turn.slots.items():
        line = f"slot: {slot} = {'(set)' if wanted is SET else wanted}"
        holds = slot_holds(wanted, state.value(slot))
        lines.compare(line, line if holds else f"slot: {slot} = {state.value(slot)}", number)


def _compare_needs(turn: _Turn, state: DialogueState, lines: _Lines) -> None:
    alternatives = turn.user.alternatives
    if not alternatives:
        return
    got = tuple(need.intent for need in state.needs)
    wanted = " or ".join("+".join(needs) or NOT_UNDERSTOOD for needs in alternatives)
    right = any(same_needs(got, needs) or set(got) == set(needs) for needs in alternatives)
    seen = wanted if right else "+".join(got) or NOT_UNDERSTOOD
    lines.compare(f"intent: {wanted}", f"intent: {seen}", turn.number)


def _entity_lines(name: str, value: Any, entities: Sequence[Entity]) -> tuple[str, str | None]:
    line = f"entity: {name}" if value is None else f"entity: {name} = {value}"
    found = [entity for entity in entities if entity.entity == name]
    if any(value is None or str(value) in (str(entity.value), entity.text) for entity in found):
        return line, line
    return line, f"entity: {name} = {', '.join(str(entity.value) for entity in found)}" if found else None
