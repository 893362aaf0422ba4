"""xiangyin outbox: messages to other programs, and what became of them."""

from __future__ import annotations

import argparse
import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress, table

if TYPE_CHECKING:
    from dialogue.bot_files import Bot
    from dialogue.outbox import Letter, Outbox
    from dialogue.outbox.outbox import LetterState
    from dialogue.store import EventStore

STATES = ("waiting", "sending", "delivered", "dead")


class OutboxError(ValueError):
    """Something asked of the outbox that cannot be; the message says what to do."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "outbox",
        "messages to other programs, and what became of them",
        "xiangyin outbox mybot list --state dead\n         xiangyin outbox mybot retry",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument(
        "what",
        nargs="?",
        choices=("list", "retry", "send"),
        default="list",
        help="list them (default), try those put aside anew, or send once what is due ('xiangyin run' does so all the time)",
    )
    parser.add_argument("keys", nargs="*", metavar="KEY", help="retry: only these; without any, all that were put aside")
    parser.add_argument("--state", choices=STATES, help="list: only those in this state (default: all but the delivered)")
    parser.add_argument("--limit", type=int, default=50, help="list: at most so many, the newest first (default: 50)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0; 1 where a pass of sending left something undelivered."""
    from dialogue.bot_files import load_bot
    from dialogue.outbox import Outbox
    from dialogue.store import EventStore

    if arguments.keys and arguments.what != "retry":
        raise OutboxError(f"keys are for 'retry', not for '{arguments.what}'")
    bot = load_bot(arguments.bot)
    store = EventStore(bot.settings.store_url(bot.folder))
    try:
        outbox = Outbox(store)
        outbox.collect()
        match arguments.what:
            case "retry":
                return _retry(outbox, arguments)
            case "send":
                return _send(bot, store, outbox, arguments)
        return _list(outbox, arguments)
    finally:
        store.close()


def _list(outbox: Outbox, arguments: argparse.Namespace) -> int:
    states: tuple[LetterState, ...] = (arguments.state,) if arguments.state else ("dead", "sending", "waiting")
    letters = outbox.letters(states, arguments.limit)
    if arguments.json:
        # the conversation's name stays out of it: it may be a telephone number
        shown = [{key: value for key, value in dataclasses.asdict(letter).items() if key != "conversation"} for letter in letters]
        print_json({"letters": shown, "counts": outbox.counts()})
        return 0
    if letters:
        head = ("key", "webhook", "queued", "state", "tries", "next", "fault")
        print(table([head, *(_line(letter) for letter in letters)]))
    print(_counts(outbox))
    return 0


def _retry(outbox: Outbox, arguments: argparse.Namespace) -> int:
    revived = outbox.revive(arguments.keys or None)
    if arguments.keys and not revived:
        raise OutboxError(f"no message that was put aside has the key {', '.join(arguments.keys)}; see 'list --state dead'")
    if arguments.json:
        print_json({"revived": revived})
    else:
        print(f"{revived} to be tried anew")
    return 0


def _send(bot: Bot, store: EventStore, outbox: Outbox, arguments: argparse.Namespace) -> int:
    from dialogue.outbox import courier_of

    courier = courier_of(store, lambda: bot.settings.webhooks)
    tried = courier.round()
    courier.close()
    counts = outbox.counts()
    if arguments.json:
        print_json({"tried": tried, "counts": counts})
    else:
        progress(f"{tried} tried")
        print(_counts(outbox))
    return 1 if any(counts.get(state) for state in ("waiting", "sending", "dead")) else 0


def _line(letter: Letter) -> tuple[object, ...]:
    due = _clock(letter.due_at) if letter.state == "waiting" else ""
    return (letter.key, letter.target, _clock(letter.queued_at), letter.state, letter.attempts, due, letter.fault)


def _clock(at: float) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(at))


def _counts(outbox: Outbox) -> str:
    counts = outbox.counts()
    return ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES)
