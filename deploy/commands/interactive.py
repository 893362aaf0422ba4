"""xiangyin interactive: talk to a bot, put right what it gets wrong, and keep that in its files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, ask, coloured, progress

if TYPE_CHECKING:
    from deploy.bot_parts import BotParts


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "interactive",
        "talk to a bot and put right what it gets wrong, in its files",
        "xiangyin interactive mybot\n         printf '能开票吗\\n/i 3\\n/save\\ny\\n' | xiangyin interactive mybot",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the prompts (default: bot.yml's, else the system's)")


def run(arguments: argparse.Namespace) -> int:
    """Read lines until the end of input or /quit."""
    from deploy.bot_check import language_of
    from deploy.interactive.session import Session

    folder: Path = arguments.bot
    session = Session(
        folder,
        open=lambda: _opened(folder),
        ask=ask,
        say=lambda text, colour: print(coloured(text, colour), flush=True),
        language=arguments.lang or language_of(folder),
    )
    session.run()
    return 0


def _opened(folder: Path) -> BotParts:
    """The bot as its files are now, with a store of its own that is forgotten."""
    from deploy.bot_check import load_usable
    from deploy.bot_models import parser_for
    from deploy.bot_parts import Shared, parts_of
    from dialogue.locks import ThreadLocks
    from dialogue.store import EventStore

    bot = load_usable(folder)
    return parts_of(bot, parser_for(bot, progress), Shared(EventStore("sqlite://"), ThreadLocks()))
