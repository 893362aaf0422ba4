"""A bot's trained understanding: trained when the bot's files changed, loaded otherwise.

Where only new intents were added, the model as it was takes them up at once (nlu.prototypes); the next start trains anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.bot_files import Bot
from nlu.data import Example
from nlu.model_folder import load as load_model
from nlu.parser import NluParser, load
from nlu.prototypes import with_intents
from nlu.train import FORMAT_VERSION, train

log = logging.getLogger(__name__)
_TRAINED_FROM = "trained_from.json"
_MOST_ADDED = 200
"""Sentences of new intents; for more the full training is worth its seconds."""


def parser_for(bot: Bot, progress: Callable[[str], None] | None = None) -> NluParser:
    """The bot's parser, from bot.yml's `models: {nlu: FOLDER}` or trained from its own examples and cached."""
    named = bot.settings.models.nlu
    if named:
        return load(bot.folder / named)
    folder = model_folder(bot)
    if (folder / "model.yml").is_file():
        return load(folder)
    widened = _widened(bot, folder)
    if widened is not None:
        if progress is not None:
            progress("new intents are in effect; they are trained in full at the next start")
        return widened
    if progress is not None:
        progress("training the understanding (nlu) ...")
    _train_into(bot, folder)
    return load(folder)


def model_folder(bot: Bot) -> Path:
    """Where the bot's understanding lies: BOT/.xiangyin/models/nlu-HASH, HASH over all that it is trained from."""
    digest = hashlib.sha256(f"{FORMAT_VERSION}|{bot.training!r}|{bot.pipeline!r}".encode()).hexdigest()
    return cache_folder(bot.folder) / "models" / f"nlu-{digest[:16]}"


def _widened(bot: Bot, folder: Path) -> NluParser | None:
    """An older model with the intents that were added since, the first time; None where more than that has changed."""
    mark = folder.with_suffix(".added")
    if mark.exists():
        mark.unlink()
        return None
    for older in _older(folder):
        known = _Known.read(older / _TRAINED_FROM)
        added = [example for example in bot.training.examples if _row(example) not in known.rows]
        kept = len(bot.training.examples) - len(added) == known.count
        new = {intent for example in added for intent in example.intents}
        if not kept or not added or len(added) > _MOST_ADDED or any(len(example.intents) != 1 for example in added):
            continue
        if new & known.intents or known.rest != _rest(bot):
            continue
        mark.touch()
        examples = [example for example in bot.training.examples if _row(example) in known.rows]
        return NluParser(with_intents(load_model(older), examples, added))
    return None


@dataclass(frozen=True, slots=True)
class _Known:
    """What an older model was trained from: its sentences, and a hash of all else."""

    rows: frozenset[str]
    count: int
    intents: frozenset[str]
    rest: str

    @classmethod
    def read(cls, path: Path) -> _Known:
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(frozenset(values["rows"]), len(values["rows"]), frozenset(values["intents"]), values["rest"])


def _older(folder: Path) -> Iterator[Path]:
    """The models in the bot's cache that say what they were trained from, the newest first."""
    found = [path.parent for path in folder.parent.glob(f"nlu-*/{_TRAINED_FROM}") if (path.parent / "model.yml").is_file()]
    yield from sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _row(example: Example) -> str:
    marked = [(one.entity, one.start, one.end, one.role, one.group) for one in example.entities]
    return hashlib.sha256(f"{example.text}|{example.intents}|{marked}".encode()).hexdigest()[:16]


def _rest(bot: Bot) -> str:
    """All but the sentences."""
    rest = replace(bot.training, examples=())
    return hashlib.sha256(f"{FORMAT_VERSION}|{rest!r}|{bot.pipeline!r}".encode()).hexdigest()


def _write_trained_from(bot: Bot, folder: Path) -> None:
    examples = bot.training.examples
    intents = sorted({intent for example in examples for intent in example.intents})
    values = {"rest": _rest(bot), "intents": intents, "rows": [_row(example) for example in examples]}
    (folder / _TRAINED_FROM).write_text(json.dumps(values), encoding="utf-8")


def cache_folder(bot_folder: Path) -> Path:
    """BOT/.xiangyin, or a folder of the user's cache where the bot may not be written to."""
    inside = bot_folder / ".xiangyin"
    try:
        inside.mkdir(parents=True, exist_ok=True)
    except OSError:
        writable = False
    else:
        writable = os.access(inside, os.W_OK)
    if writable:
        return inside
    home = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")))
    outside = home / "xiangyin" / hashlib.sha256(str(bot_folder.resolve()).encode()).hexdigest()[:16]
    outside.mkdir(parents=True, exist_ok=True)
    return outside


def _train_into(bot: Bot, folder: Path) -> None:
    """Train beside and rename: another process sees the whole model or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="training-", dir=folder.parent))
    try:
        train(bot.training, bot.pipeline, beside)
        _write_trained_from(bot, beside)
        beside.replace(folder)
    except OSError:
        if not (folder / "model.yml").is_file():
            raise
        log.info("another process trained %s first", folder.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
