"""Understanding until the full training is through: an older model of the bot made to fit its files as they are now.

New intents come in by their examples (nlu.prototypes), intents that are gone are no longer found, and synonyms, look-ups,
patterns and dialect words are the new ones. What other changes of the sentences teach is learnt by the full training only.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path

from dialogue.bot_files import Bot
from nlu.data import Example
from nlu.dialects import Entry as DialectEntry
from nlu.entities.extractor import learn_tables
from nlu.lexicon import standard as lexicon_of
from nlu.linear import LinearModel
from nlu.model_folder import ModelError, TrainedModel
from nlu.parser import NluParser
from nlu.parser import load as load_parser
from nlu.prototypes import Known, known_rows, with_intents
from nlu.train import FORMAT_VERSION
from nlu.understanding import Parser, Understanding

_TRAINED_FROM = "trained_from.json"
MOST_ADDED = 200
"""Sentences of new intents that are learnt at once; more are left to the full training, which is worth its seconds then."""
_LEAST_SHARED = 0.5
"""Share of its sentences that an older model must have been trained on to stand in for the one to come."""


@dataclass(frozen=True, slots=True)
class Interim:
    """A parser that stands in, and the folder of the model that it is made from."""

    parser: Parser
    base: Path


@dataclass(frozen=True, slots=True)
class KnownData:
    """What a model was trained from: its sentences, and a hash of all else."""

    rows: frozenset[str]
    intents: frozenset[str]
    rest: str

    @classmethod
    def of(cls, bot: Bot) -> KnownData:
        examples = bot.training.examples
        intents = frozenset(intent for example in examples for intent in example.intents)
        return cls(frozenset(row(example) for example in examples), intents, _rest(bot))

    @classmethod
    def read(cls, model: Path) -> KnownData:
        values = json.loads((model / _TRAINED_FROM).read_text(encoding="utf-8"))
        return cls(frozenset(values["rows"]), frozenset(values["intents"]), values["rest"])

    def write(self, model: Path) -> None:
        """Lay it beside the model."""
        values = {"rest": self.rest, "intents": sorted(self.intents), "rows": sorted(self.rows)}
        (model / _TRAINED_FROM).write_text(json.dumps(values), encoding="utf-8")


def loaded(folder: Path) -> NluParser:
    """The parser of a model's folder; the last two stay in memory: a stand-in is mostly made from the one that runs.

    Raises ModelError.
    """
    card = folder / "model.yml"
    return _loaded(folder, card.stat().st_mtime_ns if card.is_file() else 0)


@lru_cache(maxsize=2)
def _loaded(folder: Path, _written_ns: int) -> NluParser:
    return load_parser(folder)


@dataclass(frozen=True, slots=True)
class _Read:
    """The known rows of a model, and what they were read from: most saves leave both as they were."""

    rows: Known
    classifier: LinearModel
    read_from: object

    @classmethod
    def of(cls, model: TrainedModel, examples: Sequence[Example], words: tuple[DialectEntry, ...], last: _Read | None) -> _Read:
        """The last ones, where they still hold. `words` are the dialect words that the model's lexicon has of the operators."""
        tables = replace(model.tables, ordinary="", roles={})  # these decide nothing that the rows tell of
        read_from = (tables, model.pipeline, words, tuple((example.text, example.intents) for example in examples))
        if last is not None and last.classifier is model.intents.classifier and last.read_from == read_from:
            return last
        return cls(known_rows(model, examples), model.intents.classifier, read_from)


_last_read: deque[_Read] = deque(maxlen=1)


def _known_rows(model: TrainedModel, examples: Sequence[Example], words: tuple[DialectEntry, ...]) -> Known:
    read = _Read.of(model, examples, words, next(iter(_last_read), None))
    _last_read.append(read)
    return read.rows


def older_models(models: Path) -> Iterator[tuple[Path, KnownData]]:
    """The models in a bot's cache that say what they were trained from, the newest first."""
    found = [path.parent for path in models.glob(f"nlu-*/{_TRAINED_FROM}") if (path.parent / "model.yml").is_file()]
    for folder in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        yield folder, KnownData.read(folder)


def interim(bot: Bot, models: Path) -> Interim | None:
    """The nearest of the bot's older models, made to fit; None where none of them knows half of its sentences."""
    rows = KnownData.of(bot).rows
    for folder, known in sorted(older_models(models), key=lambda one: len(rows & one[1].rows), reverse=True):
        if len(rows & known.rows) < _LEAST_SHARED * len(rows):
            return None
        try:
            return _fitted(bot, folder, known)
        except ModelError:  # made by an older release of this program, whose models are read no more
            continue
    return None


def _fitted(bot: Bot, folder: Path, known: KnownData) -> Interim:
    model = _refreshed(loaded(folder).model, bot)
    examples = [example for example in bot.training.examples if row(example) in known.rows]
    added = _evenly(example for example in bot.training.examples if _is_new(example, known))
    parser = NluParser(_with_added(model, examples, added, bot.training.words))
    gone = known.intents - {intent for example in bot.training.examples for intent in example.intents}
    return Interim(Without(parser, frozenset(gone)) if gone else parser, folder)


def widened(bot: Bot, models: Path) -> Interim | None:
    """An older model with nothing but new intents put in; None where more than that has changed."""
    wanted = KnownData.of(bot)
    for folder, known in older_models(models):
        added = [example for example in bot.training.examples if row(example) not in known.rows]
        new = {intent for example in added for intent in example.intents}
        simple = bool(added) and len(added) <= MOST_ADDED and all(_is_new(example, known) for example in added)
        if simple and known.rows <= wanted.rows and not new & known.intents and known.rest == wanted.rest:
            examples = [example for example in bot.training.examples if row(example) in known.rows]
            model = loaded(folder).model
            return Interim(NluParser(with_intents(model, _known_rows(model, examples, bot.training.words), added)), folder)
    return None


@dataclass(frozen=True, slots=True)
class Without:
    """A parser without some of its intents: they are gone from the bot's files."""

    parser: Parser
    gone: frozenset[str]

    def parse(self, text: str) -> Understanding:
        """What is left of the sentence's meaning."""
        heard = self.parser.parse(text)
        needs = tuple(need for need in heard.needs if need.intent not in self.gone)
        ranking = tuple(guess for guess in heard.ranking if guess.intent not in self.gone)
        confidence = heard.confidence if needs or not heard.needs else 0.0
        return replace(heard, needs=needs, ranking=ranking, confidence=confidence)


def _refreshed(model: TrainedModel, bot: Bot) -> TrainedModel:
    """The model with the entities and dialect words of the files as they are now; another encoder would not fit its weights."""
    pipeline = replace(bot.pipeline, encoder=model.pipeline.encoder)
    lexicon = replace(model.lexicon, dialects=lexicon_of(bot.training.words).dialects)
    return replace(model, tables=learn_tables(bot.training, pipeline), pipeline=pipeline, lexicon=lexicon)


def _with_added(
    model: TrainedModel, examples: list[Example], added: list[Example], words: tuple[DialectEntry, ...]
) -> TrainedModel:
    try:
        return with_intents(model, _known_rows(model, examples, words), added) if added else model
    except ValueError:  # examples without a word in them: nothing to learn from
        return model


def _is_new(example: Example, known: KnownData) -> bool:
    return len(example.intents) == 1 and example.intents[0] not in known.intents


def _evenly(examples: Iterator[Example]) -> list[Example]:
    """The first sentences of each intent in turn, up to MOST_ADDED."""
    by_intent: dict[str, list[Example]] = {}
    for example in examples:
        by_intent.setdefault(example.intents[0], []).append(example)
    turns = (one for turn in zip_longest(*by_intent.values()) for one in turn if one is not None)
    return list(islice(turns, MOST_ADDED))


def row(example: Example) -> str:
    """A hash of one labelled sentence."""
    marked = [(one.entity, one.start, one.end, one.role, one.group) for one in example.entities]
    return hashlib.sha256(f"{example.text}|{example.intents}|{marked}".encode()).hexdigest()[:16]


def _rest(bot: Bot) -> str:
    """All but the sentences."""
    rest = replace(bot.training, examples=())
    return hashlib.sha256(f"{FORMAT_VERSION}|{rest!r}|{bot.pipeline!r}".encode()).hexdigest()
