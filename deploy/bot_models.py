"""A bot's trained understanding: trained when the bot's files changed, loaded otherwise.

Where only new intents were added, the model as it was takes them up at once (nlu.prototypes); the next start trains anew. A
running gateway goes further (`at_hand`): an older model of the bot stands in until the full training, in the background, is
through.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.interim_models import KnownData, interim, loaded, widened
from dialogue.bot_files import Bot
from nlu.train import FORMAT_VERSION, train
from nlu.understanding import Parser

log = logging.getLogger(__name__)

KEPT_MODELS = 20
"""Models in a bot's cache that stay, the last used ones; a rollback further back trains anew."""
UNUSED_S = 24 * 3600.0
"""A model used so recently stays in any case: another process may be about to load it."""


@dataclass(frozen=True, slots=True)
class ReadyParser:
    """A parser that needs no training now. `base` names the model that stands in; empty: the bot's own, trained in full."""

    parser: Parser
    base: str = ""


def parser_for(bot: Bot, progress: Callable[[str], None] | None = None) -> Parser:
    """The bot's parser, from bot.yml's `models: {nlu: FOLDER}` or trained from its own examples and cached."""
    found = _own(bot)
    if found is not None:
        return found
    folder = model_folder(bot)
    stand_in = _widened_once(bot, folder)
    if stand_in is not None:
        if progress is not None:
            progress("new intents are in effect; they are trained in full at the next start")
        return stand_in
    if progress is not None:
        progress("training the understanding (nlu) ...")
    train_into(bot, folder)
    return loaded(folder)


def at_hand(bot: Bot) -> ReadyParser | None:
    """The bot's own parser, or an older model of it that stands in; None where only a training helps."""
    found = _own(bot)
    if found is not None:
        return ReadyParser(found)
    stand_in = interim(bot, model_folder(bot).parent)
    return None if stand_in is None else ReadyParser(stand_in.parser, stand_in.base.name.removeprefix("nlu-")[:8])


def model_folder(bot: Bot) -> Path:
    """Where the bot's understanding lies: BOT/.xiangyin/models/nlu-HASH, HASH over all that it is trained from."""
    digest = hashlib.sha256(f"{FORMAT_VERSION}|{bot.training!r}|{bot.pipeline!r}".encode()).hexdigest()
    return cache_folder(bot.folder) / "models" / f"nlu-{digest[:16]}"


def _own(bot: Bot) -> Parser | None:
    """The parser of bot.yml's model, or of the one trained from exactly these files."""
    named = bot.settings.models.nlu
    if named:
        return loaded(bot.folder / named)
    folder = model_folder(bot)
    if not (folder / "model.yml").is_file():
        return None
    os.utime(folder)  # used just now
    return loaded(folder)


def _widened_once(bot: Bot, folder: Path) -> Parser | None:
    """An older model with the intents that were added since, the first time."""
    mark = folder.with_suffix(".added")
    if mark.exists():
        mark.unlink()
        return None
    stand_in = widened(bot, folder.parent)
    if stand_in is None:
        return None
    mark.touch()
    return stand_in.parser


def cache_folder(bot_folder: Path) -> Path:
    """BOT/.xiangyin, or a folder of the user's cache where the bot may not be written to."""
    inside = bot_folder / ".xiangyin"
    if not bot_folder.is_dir():
        return inside  # a mistyped name: whoever reads the bot will say so, and no folder is left behind
    try:
        inside.mkdir(exist_ok=True)
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


def train_into(bot: Bot, folder: Path) -> None:
    """Train beside and rename: another process sees the whole model or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix="training-", dir=folder.parent))
    try:
        train(bot.training, bot.pipeline, beside)
        KnownData.of(bot).write(beside)
        beside.replace(folder)
    except OSError:
        if not (folder / "model.yml").is_file():
            raise
        log.info("another process trained %s first", folder.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _tidy(folder.parent)


def _tidy(models: Path) -> None:
    """Let models go that have not been used for long."""
    by_use = sorted(models.glob("nlu-*/"), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in by_use[KEPT_MODELS:]:
        if time.time() - folder.stat().st_mtime > UNUSED_S:
            shutil.rmtree(folder, ignore_errors=True)
