"""Train an adapter that understands: the classifiers' sentences as questions and answers, by the training of styles.

Importing this module imports torch.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from deploy.generative.settings import SAMPLES, GenerativeIntent
from dialogue.style.card import CARD
from dialogue.style.data import split
from dialogue.style.samples import read_samples
from dialogue.style.settings import StyleTraining
from dialogue.style.train import train as train_style
from nlu.data import TrainingData
from nlu.data_files import read_examples
from nlu.entities.extractor import learn_tables
from nlu.generative.answers import AnswerError, read, written
from nlu.generative.codes import Codebook
from nlu.generative.folder import RUNTIME, Knowledge, save
from nlu.generative.in_memory import InMemory
from nlu.generative.likelihood import label_shares
from nlu.generative.parser import Generated
from nlu.generative.samples import Material, Told, book_of, material
from nlu.generative.settling import Seen, settle
from nlu.pipeline import Pipeline

Say = Callable[[str], None]
log = logging.getLogger(__name__)
_UNREADABLE = 0.1
"""From this share of answers on that can't be read, the adapter is said to be unfinished."""


@dataclass(frozen=True, slots=True)
class Trained:
    """The adapter's folder and the figures of its training."""

    folder: Path
    figures: Mapping[str, Any]  # Any: counts and shares, ready for --json


def train(own: GenerativeIntent, style: StyleTraining, say: Say) -> Trained:
    """Train into the style config's `output_dir`. Raises DataError, BotFaults and what the training of styles raises."""
    data, pipeline = _data(own)
    found = material(data, pipeline, own.compounds, style.seed)
    book = book_of(found.told)
    say(_told(found, book))
    file = style.output_dir / SAMPLES
    _write(file, found.told, book)
    trained = train_style(replace(style, predict_with_generate=False, overfit_alarm="off"), say)
    knowledge = Knowledge(book, learn_tables(data, pipeline).wordings, _values(found.told))
    save(knowledge, trained.folder)
    held_out = _held_out(found.told, file, style)[: own.settled_on]
    say(f"settling calibration and threshold on {len(held_out)} held-out sentences ...")
    seen, unreadable = _seen(held_out, book, trained.folder)
    if unreadable > _UNREADABLE * len(held_out):
        log.warning(
            "%d of %d held-out sentences got no readable answer: the classifiers will answer instead; train longer, or on a "
            "larger base",
            unreadable,
            len(held_out),
        )
    calibration, threshold = settle(seen, book.intents)
    save(replace(knowledge, calibration=calibration, threshold=threshold), trained.folder)
    figures = {**trained.figures, "settled_on": len(held_out), "unreadable": unreadable, "threshold": threshold}
    _complete_card(trained.folder, book, threshold)
    return Trained(trained.folder, figures)


def write_sentences(bot: Path, file: Path, compounds: int, seed: int, val_size: float) -> None:
    """Samples of a bot as an adapter learns them, for a base to read; without those that the adapter's training keeps aside.

    Raises BotFaults.
    """
    found = material(*_of_bot(bot), compounds, seed)
    _write(file, found.told, book_of(found.told))
    learnt, _ = split(read_samples(file), val_size, seed)
    questions = {sample.question for sample in learnt}
    _write(file, [one for one in found.told if one.text in questions], book_of(found.told))


def _data(own: GenerativeIntent) -> tuple[TrainingData, Pipeline]:
    if own.bot is None:
        return TrainingData(tuple(one for path in own.train_data for one in read_examples(path))), Pipeline()
    return _of_bot(own.bot)


def _of_bot(folder: Path) -> tuple[TrainingData, Pipeline]:
    from deploy.bot_check import load_usable

    bot = load_usable(folder)
    return bot.training, bot.pipeline


def _told(found: Material, book: Codebook) -> str:
    several = sum(len(one.parts) > 1 for one in found.told)
    uncut = f"; {found.uncut} of several needs left out, since nobody told where each begins" if found.uncut else ""
    return (
        f"{len(found.told)} sentences ({several} of several needs), {len(book.intents)} intents, "
        f"{len(book.kinds)} kinds of entities{uncut}"
    )


def _write(file: Path, told: Sequence[Told], book: Codebook) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = ({"input": one.text, "output": written(one.text, one.parts, book)} for one in told)
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")


def _values(told: Sequence[Told]) -> dict[str, tuple[str | int | float, ...]]:
    values: dict[str, dict[str | int | float, None]] = defaultdict(dict)
    for entity in (entity for one in told for part in one.parts for entity in part.entities):
        values[entity.kind.entity][entity.value] = None
    return {name: tuple(known) for name, known in values.items()}


def _held_out(told: Sequence[Told], file: Path, style: StyleTraining) -> list[Told]:
    """The sentences that the training of styles kept aside."""
    by_text = {one.text: one for one in told}
    _, aside = split(read_samples(file), style.val_size, style.seed)
    return [by_text[sample.question] for sample in aside if sample.question in by_text]


def _seen(told: Sequence[Told], book: Codebook, folder: Path) -> tuple[list[Seen], int]:
    """The sentences as the adapter reads them, and how many answers could not be read."""
    answers = InMemory.load(folder).answers([one.text for one in told]) if told else []
    seen = [_one(one, answer, book) for one, answer in zip(told, answers, strict=True) if isinstance(answer, Generated)]
    return [one for one in seen if one is not None], sum(one is None for one in seen)


def _one(one: Told, answer: Generated, book: Codebook) -> Seen | None:
    try:
        found = read(answer.text, one.text, book)
    except AnswerError:
        return None
    shares = (label_shares(answer.tokens, part.at, book.intent_codes) for part in found.parts)
    parts = ({book.intent_of[code]: share for code, share in part.items()} for part in shares)
    return Seen(tuple(part for part in parts if part), one.intents)


def _complete_card(folder: Path, book: Codebook, threshold: float) -> None:
    """The card of a style adapter with what understanding adds; it stays one that registry and servers know."""
    path = folder / CARD
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    labels = [intent for intent in book.intents if intent]
    values |= {"runtime": RUNTIME, "labels": labels, "thresholds": {"need": threshold}}
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
