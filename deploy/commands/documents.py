"""xiangyin documents: what is written of a conversation that is over, on demand."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress, table

if TYPE_CHECKING:
    from dialogue.after_call.kept import Kept
    from dialogue.after_call.report import Report
    from dialogue.after_call.session import Session
    from dialogue.after_call.writers import Writers
    from dialogue.bot_files import Bot
    from dialogue.store import EventStore


class DocumentsError(ValueError):
    """A conversation of which nothing can be written; the message says why."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "documents",
        "write the summary, requirement sheet, proposal and lead of conversations",
        "xiangyin documents mybot call-7 --out documents\n         xiangyin documents mybot",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument(
        "conversations", nargs="*", metavar="CONVERSATION", help="their ids; without any, what was written so far is listed"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to, one conversation (default: the bot's own folder)")
    parser.add_argument("--all-sessions", action="store_true", help="every call or chat of the conversation, not only the last")
    parser.add_argument("--templates-only", action="store_true", help="ask no language model, whatever bot.yml says")
    parser.add_argument("--limit", type=int, default=50, help="list: at most so many, the newest first (default: 50)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0; 2 for a conversation that is not there."""
    from contextlib import closing

    from deploy.bot_check import load_usable
    from dialogue.adapters.opening import adapters_of
    from dialogue.after_call.opening import kept_of
    from dialogue.after_call.writers import Writers
    from dialogue.store import EventStore

    if arguments.out is not None and len(arguments.conversations) != 1:
        raise DocumentsError("--out is for one conversation; name it")
    bot = load_usable(arguments.bot)
    with closing(EventStore(bot.settings.store_url(bot.folder))) as store:
        adapters = adapters_of(bot, store)  # refuses a store that is another tenant's
        kept = kept_of(bot, store)
        if not arguments.conversations:
            return _list(kept, arguments)
        with closing(Writers(lambda: bot, adapters)) as writers:
            written = [
                entry
                for conversation in arguments.conversations
                for entry in _write(conversation, store, kept, writers, arguments)
            ]
    if arguments.json:
        print_json({"documents": written})
    return 0


def _list(kept: Kept, arguments: argparse.Namespace) -> int:
    seen = kept.seen(arguments.limit)
    if arguments.json:
        shown = [{"reference": one.reference, "at": one.at, "score": one.score, "grade": one.grade} for one in seen]
        print_json({"folder": str(kept.folder), "written": shown})
    elif seen:
        head = ("conversation", "written", "score", "grade", "folder")
        print(table([head, *((one.conversation, _clock(one.at), one.score, one.grade, one.reference) for one in seen)]))
    else:
        print("nothing was written yet; name a conversation, or give bot.yml a section 'after_call' and let 'xiangyin run' do it")
    return 0


def _write(
    conversation: str, store: EventStore, kept: Kept, writers: Writers, arguments: argparse.Namespace
) -> list[dict[str, Any]]:
    from dialogue.after_call.kept import write_into

    found = []
    for session in _sessions(conversation, store, writers.house().bot, arguments.all_sessions):
        report = writers.report(session, worded=not arguments.templates_only)
        folder = kept.place(session) if arguments.out is None else arguments.out
        if arguments.out is not None and arguments.all_sessions:
            folder = arguments.out / str(session.seq)
        paths = write_into(folder, report)
        _tell(report, paths)
        found.append(_shown(report, paths))
    return found


def _sessions(conversation: str, store: EventStore, bot: Bot, every: bool) -> tuple[Session, ...]:
    """The last session, or all. Raises DocumentsError where nothing was said in any."""
    from dialogue.after_call.session import stored_sessions

    found = tuple(session for session in stored_sessions(store, conversation, bot.domain) if session.said)
    if not found:
        raise DocumentsError(f"{bot.folder}: there is no conversation '{conversation}' in which a customer said anything")
    return found if every else found[-1:]


def _tell(report: Report, paths: tuple[Path, ...]) -> None:
    for document in report.documents:
        for note in document.notes:
            progress(f"{document.name}: {note}")
    for path in paths:
        print(path)


def _shown(report: Report, paths: tuple[Path, ...]) -> dict[str, Any]:
    return {
        "conversation": report.account.session.conversation,
        "session": report.account.session.seq,
        "score": report.score.points,
        "grade": report.score.grade,
        "reasons": [{"signal": one.signal, "points": one.points} for one in report.score.reasons],
        "adapter": report.adapter,
        "consent": report.lead.consent,
        "notes": [note for document in report.documents for note in document.notes],
        "files": [str(path) for path in paths],
    }


def _clock(at: float) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(at))
