"""A bot's trained understanding: trained when the bot's files changed, loaded otherwise."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from dialogue.bot_files import Bot
from nlu.parser import NluParser, load
from nlu.train import FORMAT_VERSION, train

log = logging.getLogger(__name__)


def parser_for(bot: Bot, progress: Callable[[str], None] | None = None) -> NluParser:
    """The bot's parser, from bot.yml's `models: {nlu: FOLDER}` or trained from its own examples and cached."""
    named = bot.settings.models.nlu
    if named:
        return load(bot.folder / named)
    folder = model_folder(bot)
    if not (folder / "model.yml").is_file():
        if progress is not None:
            progress("training the understanding (nlu) ...")
        _train_into(bot, folder)
    return load(folder)


def model_folder(bot: Bot) -> Path:
    """Where the bot's understanding lies: BOT/.xiangyin/models/nlu-HASH, HASH over all that it is trained from."""
    digest = hashlib.sha256(f"{FORMAT_VERSION}|{bot.training!r}|{bot.pipeline!r}".encode()).hexdigest()
    return cache_folder(bot.folder) / "models" / f"nlu-{digest[:16]}"


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
        beside.replace(folder)
    except OSError:
        if not (folder / "model.yml").is_file():
            raise
        log.info("another process trained %s first", folder.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
