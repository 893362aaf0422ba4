"""Every fault of a bot's folder, and what keeps a bot from being used."""

from __future__ import annotations

import os
from pathlib import Path

from dialogue.bot_files import Bot, read_bot
from dialogue.faults import BotFaults, Fault, errors_in, in_order
from dialogue.lint import lint
from dialogue.place import YamlError
from policies.conflicts import story_conflicts
from policies.options import options_of


def faults_of(folder: Path) -> tuple[Fault, ...]:
    """Everything that is wrong with a bot's files, by file and line. Raises nothing, whatever is in them."""
    try:
        found = read_bot(folder)
    except BotFaults as none:
        return none.faults
    return in_order([*found.faults, *checked(found.bot)])


def checked(bot: Bot) -> tuple[Fault, ...]:
    """What is wrong with a bot that was read, beside what its reader told."""
    faults = in_order([*lint(bot), *_options(bot)])
    unknown = any(fault.severity == "error" and fault.kind in ("intent", "slot", "form") for fault in faults)
    return faults if unknown else in_order([*faults, *story_conflicts(bot)])


def _options(bot: Bot) -> tuple[Fault, ...]:
    """What is wrong with the options of config.yml's policies."""
    try:
        options_of(bot.policies, bot.settings.channels.voice.silence_prompts, bot.folder / "config.yml")
    except YamlError as error:
        return Fault.all_of(error)
    return ()


def load_usable(folder: Path) -> Bot:
    """Read a bot. Raises BotFaults for everything that it names and that is not there; what contradicts itself still runs."""
    found = read_bot(folder)
    errors = [fault for fault in errors_in([*found.faults, *lint(found.bot)]) if fault.kind != "contradiction"]
    if errors:
        raise BotFaults(errors)
    return found.bot


def language_of(folder: Path) -> str:
    """The language in which a bot's operators are told its faults, zh or en: that of bot.yml, else the system's."""
    try:
        bot = read_bot(folder).bot
    except BotFaults:
        bot = None
    if bot is not None and "language" in bot.places:
        named = bot.settings.language
    else:
        named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if named.lower().startswith("zh") else "en"
