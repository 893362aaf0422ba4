"""How long a saved file takes to be in effect: an intent with five examples, its rule and its answer, added to a bot that talks.

    python -m benchmarks.hot_reload [--bot examples/cloud_sales] [--times 5]

Prints the seconds from the save to the first right answer, of this process and of its processor, and whether a conversation in
progress went on as it began.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from deploy.terminal import progress
from deploy.versions.opening import open_live
from deploy.versions.reloading import Reloader

EXAMPLES = """\
- intent: opening_hours
  examples: |
    - 你们几点开门
    - 周末开不开门
    - 晚上几点关门
    - 你们营业到几点
    - 节假日营业吗
"""
ADDED = """version: "3.1"
intents: [opening_hours]
responses:
  utter_opening_hours: [{{text: 第{number}次：我们每天九点开门。}}]
nlu:
{examples}rules:
- rule: opening hours
  steps: [{{intent: opening_hours}}, {{action: utter_opening_hours}}]
"""
ASKED = "你们几点开门啊"
LONGEST_S = 120.0
PAUSE_S = 0.01


def main() -> None:
    """Copy the bot, open it, and save it over and over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bot", type=Path, default=Path("examples") / "cloud_sales")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bot"
        shutil.copytree(arguments.bot, folder, ignore=shutil.ignore_patterns("conversations*", "versions"))
        reloader = open_live(folder, "sqlite://", progress)
        reloader.start()
        before = _version(reloader, "begun")
        taken = [saved(reloader, folder, number) for number in range(arguments.times)]
        kept = _version(reloader, "begun") == before
        reloader.close()
        reloader.live.close()
    walls, works = sorted(wall for wall, _ in taken), sorted(work for _, work in taken)
    print(f"in effect after {walls[len(walls) // 2]:.2f} s (longest {walls[-1]:.2f}), processor {works[len(works) // 2]:.2f} s")
    print(f"the conversation in progress {'went on as it began' if kept else 'was changed'}")


def saved(reloader: Reloader, folder: Path, number: int) -> tuple[float, float]:
    """Seconds, and seconds of the processor, until the change is heard."""
    wanted = f"第{number}次"
    (folder / "data" / "opening_hours.yml").write_text(ADDED.format(examples=EXAMPLES, number=number), encoding="utf-8")
    began, worked = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < LONGEST_S:
        current = reloader.live.current.bot.bot.domain.responses.get("utter_opening_hours", ())
        if any(wanted in variation.text for variation in current):
            break
        time.sleep(PAUSE_S)
    heard = reloader.live.turn(f"new-{number}", ASKED).text
    if wanted not in heard:
        raise SystemExit(f"not in effect: {heard or 'nothing'} was answered")
    return time.perf_counter() - began, time.process_time() - worked


def _version(reloader: Reloader, conversation: str) -> str:
    """That which answers the conversation now."""
    reloader.live.turn(conversation, ASKED)
    end = reloader.live.store.last(conversation)
    return "" if end is None else end.version


if __name__ == "__main__":
    main()
