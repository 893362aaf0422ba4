"""xiangyin forget: conversations deleted for good, because a caller asks for it or because they are old."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress, table

if TYPE_CHECKING:
    from dialogue.forgetting import Forgetting, GoneDay


class ForgetError(ValueError):
    """What is to be forgotten is not there, or not named."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin forget mybot --holding 13800000000 --dry-run\n         xiangyin forget mybot --older-than 90"
    parser = add_command(subparsers, "forget", "delete stored conversations for good, or tell how many were", example)
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--conversation", action="append", default=[], metavar="ID", help="this conversation; may be repeated")
    parser.add_argument(
        "--holding", metavar="TEXT", help="every conversation in which this stands: a caller's number as it is written"
    )
    parser.add_argument("--older-than", type=float, metavar="DAYS", help="every conversation whose last word is older")
    parser.add_argument("--dry-run", action="store_true", help="name them, and delete nothing")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Forget what is named; without anything, the figures of what is forgotten already."""
    from contextlib import closing

    from deploy.bot_check import load_usable
    from dialogue.forgetting import Forgetting
    from dialogue.retention import forget
    from dialogue.store import EventStore

    bot = load_usable(arguments.bot)
    with closing(EventStore(bot.settings.store_url(bot.folder))) as store:
        forgetting = Forgetting(store)
        if not arguments.conversation and arguments.holding is None and arguments.older_than is None:
            return _figures(forgetting.days(), arguments.json)
        chosen = _chosen(forgetting, arguments)
        unknown = next((name for name in chosen if store.last(name) is None), None)
        if unknown is not None:
            raise ForgetError(f"{store.where}: there is no conversation '{unknown}'")
        gone = [name for name in chosen if arguments.dry_run or forget(bot, store, name)]
    told = "would go" if arguments.dry_run else "deleted"
    for name in gone:
        progress(f"{name}: {told}")
    progress(f"{len(gone)} conversations {told}")
    if arguments.json:
        print_json({"conversations": gone, "deleted": 0 if arguments.dry_run else len(gone)})
    return 0


def _chosen(forgetting: Forgetting, arguments: argparse.Namespace) -> tuple[str, ...]:
    if arguments.holding is not None and len(arguments.holding.strip()) < 2:
        raise ForgetError("--holding wants a text of two characters or more, such as a telephone number")
    if arguments.older_than is not None and arguments.older_than <= 0:
        raise ForgetError(f"--older-than must be above 0 days, got {arguments.older_than:g}")
    held = () if arguments.holding is None else forgetting.holding(arguments.holding.strip())
    old = () if arguments.older_than is None else forgetting.too_old(arguments.older_than)
    return tuple(dict.fromkeys((*arguments.conversation, *held, *old)))


def _figures(days: tuple[GoneDay, ...], as_json: bool) -> int:
    """What there was on the days of which something is forgotten."""
    if as_json:
        print_json({"days": [dataclasses.asdict(day) for day in days]})
    elif days:
        head = ("day", "conversations", "utterances", "leads", "handed over")
        print(table([head, *((day.day, day.conversations, day.utterances, day.leads, day.hand_overs) for day in days)]))
    else:
        print(
            "nothing was forgotten yet; `store: {keep_days: 90}` in bot.yml lets 'xiangyin run' do so, the options here by hand"
        )
    return 0
