"""The sample bot's rules, actions and facts under its test stories, with every sentence understood as the stories say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bot import BotParts, SalesBot
from deploy.story_tests import run_story, shown
from dialogue.actions.catalogue import actions_of
from dialogue.bot_files import load_bot
from dialogue.responses import DomainResponder
from dialogue.script import Story, UserStep
from dialogue.script_file import read_test_stories
from dialogue.store import EventStore
from nlu.understanding import Entity, Need, Understanding
from policies.ensemble import Ensemble

BOT = Path(__file__).parents[2] / "examples" / "cloud_sales"
STORIES = read_test_stories(BOT / "tests")
BELONGS = {"requirement": ("feature",), "integration": ("external_system",), "contact": ("contact_name", "phone")}
"""Entities that stand in the part of a compound sentence with this intent; all others stand in its other parts."""


class AsWritten:
    """Understands each sentence as the test stories annotate it."""

    def __init__(self, stories: tuple[Story, ...]) -> None:
        steps = [step for story in stories for step in story.steps if isinstance(step, UserStep)]
        self._steps = {(step.text or "").strip(): step for step in steps}

    def parse(self, text: str) -> Understanding:
        step = self._steps[text.strip()]
        entities = tuple(Entity(name, value, str(value), 0, len(text)) for name, value in step.entities)
        intents = step.alternatives[0] if step.alternatives else ()
        return Understanding(text, tuple(_needs(intents, entities)), entities, 1.0)


def _needs(intents: tuple[str, ...], entities: tuple[Entity, ...]) -> Iterator[Need]:
    claimed = {name for intent in intents for name in BELONGS.get(intent, ())} if len(intents) > 1 else set()
    for index, intent in enumerate(intents):
        own = [entity for entity in entities if entity.entity in BELONGS.get(intent, ())]
        same = [number for number, other in enumerate(intents) if other == intent]
        if len(same) > 1:  # two requirements: one feature each
            own = own[same.index(index) : same.index(index) + 1]
        rest = [entity for entity in entities if entity.entity not in claimed]
        yield Need(intent, 1.0, tuple(own if intent in BELONGS and claimed else rest))


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesBot]:
    files = load_bot(BOT)
    store = EventStore(f"sqlite:///{tmp_path_factory.mktemp('store')}/test.sqlite")
    parts = BotParts(
        bot=files,
        parser=AsWritten(STORIES),
        ensemble=Ensemble.of(files),
        actions=actions_of(files),
        responder=DomainResponder(files.domain),
        store=store,
    )
    yield SalesBot(parts)
    store.close()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_goes_as_written_once_it_is_understood(bot: SalesBot, story: Story) -> None:
    result = run_story(bot, story, story.name)
    assert result.passed, "\n".join(shown(result))


def test_no_reply_has_a_gap_where_a_figure_should_be(bot: SalesBot) -> None:
    """A placeholder that nothing fills leaves '每月元' behind."""
    for story in STORIES:
        for step in story.steps:
            if isinstance(step, UserStep):
                reply = bot.turn(f"gaps {story.name}", (step.text or "").strip())
                for gap in ("月元", "年元", "约元", "是，", "给您推荐，", "一共元", "，。", "{", "从元"):
                    assert gap not in reply.text, (story.name, step.text, reply.text)
