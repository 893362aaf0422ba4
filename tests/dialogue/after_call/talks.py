"""Real conversations of the sample bot: its files, its own entities, its rules; only the intents of each sentence are told."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.bot_files import Bot, load_bot
from dialogue.script import UserStep
from dialogue.script_file import read_test_stories
from nlu.entities.extractor import EntityExtractor, learn_tables
from nlu.pinyin import dictionary
from nlu.understanding import Entity, Guess, Need, Understanding

SAMPLE = Path(__file__).parents[3] / "examples" / "cloud_sales"
STORIES = read_test_stories(SAMPLE / "tests")

BUYER: tuple[tuple[str, str], ...] = (
    ("我要能支持1000并发的云服务器,还要支持异地备份,最好能对接我现有的ERP系统", "product_inquiry+requirement+integration"),
    ("那这个签两年一共多少钱", "price_inquiry"),
    ("行,那我下单吧", "affirm+purchase"),
    ("我姓王,叫王丽华", "contact"),
    ("13800001234", "contact"),
    ("对的", "affirm"),
)
"""王女士, who asks for three things, for a price, and leaves her data; name and number are fictitious."""
GRUMBLER: tuple[tuple[str, str], ...] = (
    ("你们这效率真是够了", "complaint"),
    ("给我转人工", "human"),
)


@dataclass
class Meant:
    """Understands each sentence as it was told; what it names is found by the bot's own rules and tables."""

    extractor: EntityExtractor
    intents: dict[str, str] = field(default_factory=dict)

    def parse(self, text: str) -> Understanding:
        entities = self.extractor.extract(text)
        intents = [one for one in self.intents[text].split("+") if one]
        cuts = _cuts(text, len(intents))
        needs = tuple(Need(intent, 0.9, _between(entities, *span), *span) for intent, span in zip(intents, cuts, strict=True))
        return Understanding(text, needs, entities, 0.9, tuple(Guess(intent, 0.9) for intent in intents))


def _cuts(text: str, count: int) -> list[tuple[int, int]]:
    """So many parts, cut at the last commas."""
    places = [at + 1 for at, character in enumerate(text) if character in ",，"]
    ends = [*places[len(places) - count + 1 :], len(text)] if count > 1 else [len(text)]
    starts = [0, *ends[:-1]]
    return list(zip(starts, ends, strict=True))[:count]


def _between(entities: tuple[Entity, ...], start: int, end: int) -> tuple[Entity, ...]:
    return tuple(one for one in entities if start <= one.start < end)


@functools.cache
def sample() -> Bot:
    return load_bot(SAMPLE)


@functools.cache
def _extractor() -> EntityExtractor:
    bot = sample()
    return EntityExtractor(bot.pipeline, learn_tables(bot.training, bot.pipeline), dictionary(), links=False)


class Talk:
    """The sample bot on a store of its own, or another bot with the same understanding."""

    def __init__(self, store_url: str, bot: Bot | None = None, clock: Callable[[], float] | None = None) -> None:
        self.meant = Meant(_extractor())
        files = bot or sample()
        shared = Shared.of(files, store_url) if clock is None else Shared.of(files, store_url, clock)
        self.bot = SalesBot(parts_of(files, self.meant, shared), *(() if clock is None else (clock,)))

    def say(self, conversation: str, talk: tuple[tuple[str, str], ...], ended: str = "") -> None:
        """Say these sentences, with their intents; then hang up where `ended` says why."""
        self.bot.start(conversation, "voice")
        for text, intents in talk:
            self.meant.intents[text] = intents
            self.bot.turn(conversation, text, "voice")
        if ended:
            self.bot.end(conversation, ended)

    def story(self, number: int) -> str:
        """Say a test story of the sample bot; the conversation's id."""
        steps = [step for step in STORIES[number].steps if isinstance(step, UserStep)]
        said = tuple((step.text or "", "+".join(step.alternatives[0]) if step.alternatives else "") for step in steps)
        conversation = f"story-{number}"
        self.say(
            conversation, tuple((text.strip(), "" if intents == "nlu_fallback" else intents) for text, intents in said), "hang_up"
        )
        return conversation


def cells(tables: Mapping[str, tuple[tuple[str, ...], ...]]) -> set[str]:
    """Every cell of some tables."""
    return {cell for table in tables.values() for row in table for cell in row}
