"""Holds xiangyin against a real Rasa: on every bot, at every action of every story, would both do the same?

    python -m tests.deploy.rasa.compare --rasa build/rasa-venv/bin/python [--only bank --only travel] [--quick]

Prints a table and every difference; exit status 1 where a verdict on a bot's own test stories differs, or an action that Rasa's
rules, memory or fallback decided. What Rasa's networks (TED, UnexpecTED) decided is counted beside. Rasa's answers are kept in
build/.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogue.bot_files import load_bot
from dialogue.faults import BotFaults
from dialogue.script_file import read_test_stories
from policies.ensemble import Ensemble
from policies.rehearsal import Rehearsed, rehearse
from tests.deploy.rasa.story_bots import StoryBot, all_bots, fingerprint, learns, prepared

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "build" / "rasa-stories"
SHOWN = 5
"""Differences shown of one bot."""
THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


@dataclass(slots=True)
class Compared:
    """What came of one bot."""

    name: str
    stories: int = 0
    verdicts: int = 0
    """Stories of which both say the same, passed or failed."""
    actions: int = 0
    same: int = 0
    learnt: int = 0
    """Actions that Rasa's network decided."""
    learnt_same: int = 0
    refused: str = ""
    differences: list[str] = field(default_factory=list)
    strict: bool = True
    """The stories are the bot's own, so verdicts count."""

    @property
    def failed(self) -> bool:
        wrong = self.actions - self.learnt != self.same - self.learnt_same
        return wrong or (self.strict and self.verdicts < self.stories)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rasa", type=Path, required=True, metavar="PYTHON", help="a Python 3.10 with Rasa 3.6.21")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only bots whose name begins so")
    parser.add_argument("--walks", type=int, default=60, metavar="N", help="conversations made up from each bot's files")
    parser.add_argument("--quick", action="store_true", help="without the bots whose policies learn")
    chosen = parser.parse_args()
    data = Path(os.environ["XIANGYIN_DATA"]) / "rasa_bots" if os.environ.get("XIANGYIN_DATA") else None
    if data is None:
        print("the bots of rasa_bots are left out: XIANGYIN_DATA is not set", file=sys.stderr)
    bots = all_bots(data, _initial(chosen.rasa), chosen.walks)
    bots = [bot for bot in bots if not chosen.only or bot.name.startswith(tuple(chosen.only))]
    bots = [bot for bot in bots if not (chosen.quick and bot.policies is None and learns(bot.folder))]
    found = list(_compared(bots, chosen.rasa))
    print(*table(found), sep="\n")
    failed = [one.name for one in found if one.failed]
    print(f"\n{len(failed)} of {len(found)} differ: {'; '.join(failed)}" if failed else f"\nall {len(found)} the same")
    return 1 if failed else 0


def _compared(bots: Sequence[StoryBot], python: Path) -> Iterator[Compared]:
    with tempfile.TemporaryDirectory() as scratch:
        copies = {bot.name: prepared(bot, Path(scratch)) for bot in bots}
        answers = rasas_answers(list(copies.values()), python)
        for bot in bots:
            one = compare(bot, copies[bot.name], answers[copies[bot.name]])
            print(*(f"{one.name}: {line}" for line in one.differences[:SHOWN]), sep="\n", end="\n" if one.differences else "")
            yield one


def rasas_answers(copies: Sequence[Path], python: Path) -> dict[Path, dict[str, Any]]:
    """What Rasa says of each; asked only for those that it has not told before."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = {copy: KEPT / f"{copy.name}-{fingerprint(copy)}.json" for copy in copies}
    new = [copy for copy, file in kept.items() if not file.is_file()]
    if new:
        _ask(new, kept, python)
    return {copy: json.loads(file.read_text(encoding="utf-8")) for copy, file in kept.items()}


def _ask(copies: Sequence[Path], kept: dict[Path, Path], python: Path) -> None:
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", **dict.fromkeys(THREADS, "1")}
    script = Path(__file__).with_name("stories_in_rasa.py")
    orders = json.dumps([{"bot": str(copy), "answer": str(kept[copy])} for copy in copies])
    with (KEPT / "rasa.log").open("w") as log:
        rasa = subprocess.Popen([python, script], stdin=-1, stdout=log, stderr=log, text=True, env=environment)
        assert rasa.stdin is not None
        rasa.stdin.write(orders)
        rasa.stdin.close()
        told = 0
        while rasa.poll() is None:
            done = sum(kept[copy].is_file() for copy in copies)
            if done > told:
                told = done
                print(f"Rasa: {done} of {len(copies)} bots", file=sys.stderr, flush=True)
            time.sleep(1)
    if rasa.returncode:
        raise SystemExit(f"Rasa failed; see {KEPT / 'rasa.log'}")


def compare(bot: StoryBot, copy: Path, answer: dict[str, Any]) -> Compared:
    """Both sides of one bot."""
    found = Compared(bot.name, strict=bot.tested and not bot.walked)
    if "refused" in answer:
        found.refused = str(answer["refused"]).strip().splitlines()[0]
        return found
    try:
        ours = rehearsed(copy)
    except BotFaults as faults:
        found.differences.append(f"refused here: {faults}")
        found.actions = 1
        return found
    for story in answer["stories"]:
        mine = ours.get((story["file"], story["name"]))
        if not mine:
            found.differences.append(f"story '{story['name']}' is not found here")
            found.actions += 1
            continue
        _compare_story(found, story, mine.pop(0))
    return found


def rehearsed(copy: Path) -> dict[tuple[str, str], list[tuple[Rehearsed, ...]]]:
    """Our side: each story by its file and name, once for each way through it."""
    bot = load_bot(copy)
    ensemble = Ensemble.of(bot)
    found: dict[tuple[str, str], list[tuple[Rehearsed, ...]]] = {}
    for file in sorted((copy / "tests").glob("*.yml")):
        for story, steps in rehearse(ensemble, bot.domain, read_test_stories(file)):
            found.setdefault((file.name, story.name), []).append(steps)
    return found


def _compare_story(found: Compared, story: dict[str, Any], mine: Sequence[Rehearsed]) -> None:
    theirs = story["actions"]
    found.stories += 1
    if [one["action"] for one in theirs] != [one.wanted for one in mine]:
        found.differences.append(f"story '{story['name']}' is read otherwise")
        found.actions += 1
        return
    found.verdicts += all(one["action"] == one["predicted"] for one in theirs) == all(one.right for one in mine)
    for their, my in zip(theirs, mine, strict=True):
        same = their["predicted"] == my.decision.action
        by_network = "TEDPolicy" in (their["policy"] or "") or their.get("doubted", False)
        found.actions += 1
        found.same += same
        found.learnt += by_network
        found.learnt_same += by_network and same
        if not same:
            rasas = f"{their['predicted']} ({their['policy']} {their['confidence']:.2f})"
            told = f"'{story['name']}' line {my.place.line}, wanted {my.wanted}: Rasa {rasas}, here {my.decision.action}"
            found.differences.append(f"{told} ({my.decision.policy}: {my.decision.reason})")


def table(found: Sequence[Compared]) -> Iterator[str]:
    """One line a bot and one for all."""
    width = max((len(one.name) for one in found), default=3)
    yield f"{'bot':{width}}  stories  same verdict  actions   same  of these by networks, same"
    for one in found:
        if one.refused:
            yield f"{one.name:{width}}  refused by Rasa itself: {one.refused[:90]}"
        else:
            yield _line(one, width)
    total = Compared("all")
    for key in ("stories", "verdicts", "actions", "same", "learnt", "learnt_same"):
        setattr(total, key, sum(getattr(one, key) for one in found))
    yield _line(total, width)


def _line(one: Compared, width: int) -> str:
    learnt = f"{one.learnt:14d} {one.learnt_same:5d}" if one.learnt else ""
    return f"{one.name:{width}}  {one.stories:7d}  {one.verdicts:12d}  {one.actions:7d}  {one.same:5d}  {learnt}".rstrip()


def _initial(python: Path) -> Path | None:
    """The bot that `rasa init` makes."""
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    folder = Path(site) / "rasa" / "cli" / "initial_project"
    return folder if folder.is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
