"""A process that takes turns until it is killed: a child is forked, ready at once, for each conversation on standard input."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.bot_files import load_bot
from dialogue.locks import locks_of
from dialogue.store import EventStore
from nlu.understanding import Understanding

STDOUT = 1


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


def main(folder: Path, url: str, locks: str) -> None:
    bot = load_bot(folder)
    for line in sys.stdin:
        if os.fork() == 0:
            talk(SalesBot(parts_of(bot, NothingUnderstood(), Shared(EventStore(url), locks_of(locks)))), line.strip())
        os.wait()
        print("dead", flush=True)


def talk(replica: SalesBot, conversation: str) -> None:
    """Its process, then the number of each turn as it is answered."""
    os.write(STDOUT, f"{os.getpid()}\n".encode())  # whole lines: print might be killed before its line's end
    for number in range(100_000):
        replica.turn(conversation, f'/price{{"period": "{number}"}}')
        os.write(STDOUT, f"{number}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
