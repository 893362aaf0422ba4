"""The sample bot's files: enough sentences, none of the tests' among them, and a price list that agrees with itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.bot_files import Bot, load_bot
from dialogue.lint import lint
from dialogue.script import Story, UserStep
from dialogue.script_file import read_test_stories

EXAMPLES = Path(__file__).parents[2] / "examples"
NEW_BOT = Path(__file__).parents[2] / "deploy" / "new_bot"
SALES = [
    "product_inquiry",
    "price_inquiry",
    "supplement_demand",
    "requirement",
    "integration",
    "comparison",
    "objection",
    "discount",
    "trial",
    "purchase",
    "complaint",
    "contact",
]
FRAME = ["greet", "thank", "goodbye", "affirm", "deny", "human", "chitchat"]


@pytest.fixture(scope="module")
def bot() -> Bot:
    return load_bot(EXAMPLES / "cloud_sales")


@pytest.fixture(scope="module")
def stories() -> tuple[Story, ...]:
    return read_test_stories(EXAMPLES / "cloud_sales" / "tests")


def said(stories: tuple[Story, ...]) -> Iterator[str]:
    for story in stories:
        for step in story.steps:
            if isinstance(step, UserStep) and step.text:
                yield step.text


def grams(text: str) -> frozenset[str]:
    """Character 4-grams without punctuation; a shorter sentence is one gram."""
    plain = re.sub(r"[\W_]", "", text).lower()
    return frozenset(plain[index : index + 4] for index in range(len(plain) - 3)) or frozenset({plain})


def test_no_test_sentence_is_close_to_a_training_example(bot: Bot, stories: tuple[Story, ...]) -> None:
    taught = [(example.text, grams(example.text)) for example in bot.training.examples]
    blind = (EXAMPLES / "cloud_sales" / "tests" / "intents.jsonl").read_text(encoding="utf-8").splitlines()
    for sentence in (*said(stories), *(str(json.loads(line)["text"]) for line in blind)):
        own = grams(sentence)
        for text, other in taught:
            assert len(own & other) / len(own | other) < 0.5, (sentence, text)


@pytest.mark.parametrize(("intents", "enough"), [(SALES, 60), (FRAME, 25)])
def test_every_intent_has_enough_examples(bot: Bot, intents: list[str], enough: int) -> None:
    counts = Counter(example.intents[0] for example in bot.training.examples if len(example.intents) == 1)
    assert {intent: counts[intent] for intent in intents if counts[intent] < enough} == {}


def test_there_are_compound_examples_and_stories(bot: Bot, stories: tuple[Story, ...]) -> None:
    assert sum(len(example.intents) > 1 for example in bot.training.examples) >= 80
    assert len(stories) >= 60
    compound = [step for story in stories for step in story.steps if isinstance(step, UserStep) and len(step.alternatives[0]) > 1]
    assert len(compound) >= 15


@pytest.mark.parametrize("folder", [EXAMPLES / "cloud_sales", NEW_BOT], ids=lambda folder: folder.name)
def test_the_bot_has_no_fault(folder: Path) -> None:
    assert [str(fault) for fault in lint(load_bot(folder))] == []


def test_the_price_list_agrees_with_itself(bot: Bot) -> None:
    """A year costs ten months, the saving is the difference, and the words name the row's own figures."""
    rows = bot.facts.tables["prices"].rows
    assert len(rows) >= 24
    for row in rows:
        month, year, saving = (row[f"{name}_yuan"] for name in ("price_month", "price_year", "saving_year"))
        assert isinstance(month, int)
        assert isinstance(year, int)
        assert (year, saving) == (10 * month, 12 * month - year), row["id"]
        for number, unit in re.findall(r"(\d+)(核|G内存|G硬盘|兆带宽|并发)", f"{row['name']}，{row['specs']}"):
            column = dict(zip(("核", "G内存", "G硬盘", "兆带宽", "并发"), COLUMNS, strict=True))[unit]
            assert row[column] == int(number), (row["id"], number, unit)


COLUMNS = ("cpu_cores", "memory_gb", "storage_gb", "bandwidth_mbps", "concurrency")


def test_every_id_of_a_synonym_is_in_the_tables(bot: Bot) -> None:
    """Cities are not asked for: those without a machine hall are understood as well, and refused by name."""
    tables = bot.facts.tables
    known: dict[str, set[object]] = {
        "product_type": {row["product_type"] for row in tables["prices"].rows},
        "feature": {row["id"] for row in tables["features"].rows},
        "external_system": {row["id"] for row in tables["systems"].rows},
    }
    for entity, ids in known.items():
        wordings = bot.training.lookups[entity]
        for wording in wordings:
            assert bot.training.synonyms[wording] in ids, (entity, wording)


def test_no_reply_makes_a_promise_that_may_never_be_made(bot: Bot) -> None:
    texts = [variation.text for variations in bot.domain.responses.values() for variation in variations]
    texts += [str(row.get("answer")) for table in ("features", "systems") for row in bot.facts.tables[table].rows]
    for promise in bot.facts.promises.never:
        assert not any(promise in text for text in texts), promise


def test_replies_say_you_politely(bot: Bot) -> None:
    for variations in bot.domain.responses.values():
        for variation in variations:
            assert "你" not in variation.text, variation.text
