"""The hand-written test sets: right in themselves, and far from everything that anything is trained on.

Faults name a line of the set, not its words: whoever writes training examples must not read them here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.likeness import BOUND, Taught
from dialogue.bot_files import load_bot
from nlu import background
from synth_data.phonology import DIALECTS
from synth_data.texts.grammar import CHOICE, FOLDER, SLOT, Kinds
from synth_data.texts.settings import TextSettings
from synth_data.texts.source import source_of

ROOT = Path(__file__).parents[2]
SETS = ROOT / "tests" / "data" / "nlu"
DRAWS = 3000
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def held_out() -> list[Row]:
    return rows("held_out.jsonl")


@pytest.fixture(scope="module")
def personal() -> list[Row]:
    return rows("personal_data.jsonl")


def too_near(held_out: list[Row], taught: Taught) -> list[str]:
    near = [(number, taught.nearest(row["text"])) for number, row in enumerate(held_out, start=1)]
    return [f"held_out.jsonl:{number} is too near to {one.text}" for number, one in near if one.likeness >= BOUND]


@pytest.mark.parametrize("bot", sorted(path.parent.name for path in (ROOT / "examples").glob("*/domain.yml")))
def test_no_held_out_sentence_is_near_to_a_bots_examples(bot: str, held_out: list[Row]) -> None:
    assert too_near(held_out, Taught(example.text for example in load_bot(ROOT / "examples" / bot).training.examples)) == []


def test_no_held_out_sentence_is_near_to_the_background_sentences(held_out: list[Row]) -> None:
    assert too_near(held_out, Taught(background.sentences())) == []


@pytest.mark.parametrize("folder", sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
def test_no_held_out_sentence_is_near_to_what_a_corpus_says(folder: str, held_out: list[Row]) -> None:
    source = source_of(folder, TextSettings((ROOT / "examples" / "cloud_sales",), 0.4, True), frozenset())
    grammar = source.grammar
    plain = [SLOT.sub("", CHOICE.sub("", one.text)) for templates in grammar.templates.values() for one in templates]
    kinds = Kinds(words=0, digits=0)
    seeds = [(np.random.default_rng(number), DIALECTS[number % len(DIALECTS)]) for number in range(DRAWS)]
    drawn = [source.sample(random, dialect, "train", kinds).text for random, dialect in seeds]
    assert too_near(held_out, Taught([*plain, *drawn])) == []


def test_the_held_out_sentences_are_what_was_asked_for(held_out: list[Row]) -> None:
    intents = set(load_bot(ROOT / "examples" / "cloud_sales").domain.intents)
    counts = Counter(intent for row in held_out for intent in row["intents"])
    assert len(held_out) == len({row["text"] for row in held_out}) == 150
    assert {intent for intent in intents if counts[intent] < 5} == set()
    assert set(counts) <= intents
    assert sum(row["dialect"] != "cmn" for row in held_out) >= 50
    assert sum(len(row["needs"]) > 1 for row in held_out) == 75
    assert sum(len(row["needs"]) > 1 and not re.search(r"[,，。？！；、]", row["text"]) for row in held_out) >= 37


def test_needs_tile_their_sentence_up_to_where_it_may_be_cut(held_out: list[Row]) -> None:
    for row in held_out:
        needs, cuts = row["needs"], row["cuts"]
        assert [need["intent"] for need in needs] == row["intents"]
        assert cuts == [[one["end"], after["start"]] for one, after in pairwise(needs)]
        if needs:
            assert (needs[0]["start"], needs[-1]["end"]) == (0, len(row["text"]))
        assert all(0 <= one["start"] < one["end"] <= len(row["text"]) for one in (*needs, *row["entities"]))


def test_personal_data_is_marked_where_it_stands(personal: list[Row]) -> None:
    assert [bool(row["personal"]) for row in personal] == [True] * 400 + [False] * 400
    assert len({row["text"] for row in personal}) == 800
    kinds: Counter[str] = Counter()
    for row in personal:
        spans = sorted((one["start"], one["end"]) for one in row["personal"])
        assert all(start < end <= len(row["text"]) for start, end in spans)
        assert all(one[1] <= after[0] for one, after in pairwise(spans))
        kinds.update(one["kind"] for one in row["personal"])
    assert min(kinds[kind] for kind in ("phone", "landline", "id_number", "bank_card", "email", "plate", "address", "name")) >= 25
