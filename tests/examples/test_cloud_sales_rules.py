"""The sample bot's rules, actions and facts under its test stories, with every sentence understood as the stories say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bot import BotParts, SalesBot
from deploy.story_diff import shown
from deploy.story_tests import run_story
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


UNSEEN = ("action_listen", "action_session_start")


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


CONFIGURED = '/product_inquiry{"product_type": "cloud_server", "concurrency": 1000}'


@pytest.mark.parametrize(
    ("before", "says", "actions"),
    [
        (["/trial"], "/affirm", ["lead_form"]),
        (["/discount"], "/affirm", ["lead_form"]),
        (["/discount"], "/deny", ["utter_no_problem"]),
        (['/product_inquiry{"product_type": "cloud_server", "concurrency": 1000000}'], "/affirm", ["lead_form"]),
        (
            ['/product_inquiry{"product_type": "cloud_server", "cpu_cores": 32, "budget_yuan": 500}'],
            "/affirm",
            ["action_within_budget"],
        ),
        ([], "/affirm", ["utter_go_ahead"]),
        ([CONFIGURED], "/affirm", ["utter_go_on"]),
        ([CONFIGURED, "/affirm"], "/affirm", ["lead_form"]),
        (["/thank"], "/affirm", ["utter_go_ahead"]),
        (["/thank"], "/deny", ["utter_goodbye", "action_end_call"]),
        ([CONFIGURED], "/thank+price_inquiry", ["action_quote"]),
        (["/purchase"], "/thank+price_inquiry", ["action_quote", "lead_form"]),
        (["/deny"], "/deny", ["utter_goodbye", "action_end_call"]),
        (["/purchase"], "/affirm", ["lead_form"]),
        (["/purchase"], "/deny+thank", ["action_deactivate_loop", "utter_welcome"]),
        (["/purchase"], "/deny+goodbye", ["action_deactivate_loop", "utter_goodbye", "action_end_call"]),
        (["/purchase"], "/complaint", ["utter_complaint", "action_offer_person"]),
        (["/purchase", "/complaint"], "/affirm", ["action_hand_over"]),
        (["/purchase", "/complaint"], "/deny", ["action_deactivate_loop", "utter_no_problem"]),
        (["/human"], "/price_inquiry", ["utter_person_on_the_way"]),
    ],
)
def test_the_bots_own_questions_can_be_answered(
    bot: SalesBot, request: pytest.FixtureRequest, before: list[str], says: str, actions: list[str]
) -> None:
    conversation = request.node.name
    for said in before:
        bot.turn(conversation, said)
    done = bot.turn(conversation, says).actions
    assert [name for name in done if name not in UNSEEN] == actions


def test_a_city_alone_chooses_no_product(bot: SalesBot) -> None:
    reply = bot.turn("city", '/supplement_demand{"region": "beijing"}')
    assert [message.response for message in reply.messages] == ["utter_region", "utter_ask_which_configuration"]


def test_the_smaller_offer_stays_within_the_budget(bot: SalesBot) -> None:
    bot.turn("budget", '/product_inquiry{"product_type": "cloud_server", "cpu_cores": 32, "budget_yuan": 500}')
    assert "469元" in bot.turn("budget", "/affirm").text
    assert "4690元" in bot.turn("budget", '/price_inquiry{"billing_period": "year"}').text


def test_after_what_nothing_reaches_an_ordinary_size_is_quoted(bot: SalesBot) -> None:
    bot.turn("million", '/product_inquiry{"product_type": "cloud_server", "concurrency": 1000000}')
    assert "云服务器标准型8核16G" in bot.turn("million", '/price_inquiry{"cpu_cores": 8}').text
