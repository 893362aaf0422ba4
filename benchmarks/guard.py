"""The guard on its hand-written tries: what was stopped, what was stopped wrongly, and how long a sentence takes.

python -m benchmarks.guard [--tries FOLDER] [--wordings] [--show] [--json]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dialogue.bot_files import load_bot
from dialogue.facts import Table, load_facts
from dialogue.guard import Guard, GuardContext, LookedUp, Verdict, guard_of, guarded

ROOT = Path(__file__).parents[1]
BOT = ROOT / "examples" / "cloud_sales"
TRIES = ROOT / "tests" / "data" / "guard"


@dataclass(frozen=True, slots=True)
class Try:
    """One reply of the test set; `bad` is the sentence that must not be heard, None where all may be."""

    id: str
    kind: str
    sentences: tuple[str, ...]
    context: GuardContext
    bad: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a try."""

    tried: Try
    sentences: tuple[str, ...]
    verdict: Verdict | None

    @property
    def right(self) -> bool:
        everything = "".join(self.tried.sentences)
        if self.tried.bad is None:
            return "".join(self.sentences) == everything
        return len("".join(self.sentences)) <= len("".join(self.tried.sentences[: self.tried.bad]))


def bot_of(folder: Path) -> Path:
    """The bot that a folder's tries are for: its own, or the sample bot."""
    own = folder / "bot"
    return own if own.is_dir() else BOT


def tries(name: str, folder: Path = TRIES) -> Iterator[Try]:
    """The tries of forbidden.jsonl or lawful.jsonl."""
    tables = load_facts(bot_of(folder) / "facts").tables
    for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        yield Try(data["id"], data["kind"], tuple(data["sentences"]), _context(data, tables), data.get("bad"))


def _context(data: dict[str, Any], tables: Mapping[str, Table]) -> GuardContext:
    rows = []
    for name in data.get("rows", ()):
        table, _, identity = name.partition("/")
        row = tables[table].row(identity)
        if row is None:
            raise ValueError(f"{data['id']} names the row '{name}', which {table}.csv does not have")
        rows.append(LookedUp(table, row))
    return GuardContext(
        rows=tuple(rows),
        values=data.get("values", {}),
        slots=data.get("slots", {}),
        said=tuple(data.get("said", ())),
        prompt=data.get("prompt", ""),
    )


def _guard(folder: Path, wordings: bool) -> Guard:
    bot = load_bot(folder)
    settings = replace(bot.settings, guard=replace(bot.settings.guard, claims=not wordings))
    return guard_of(replace(bot, settings=settings))


def heard(guard: Guard, tried: Try) -> Heard:
    """What a caller would hear of a try."""
    verdicts: list[Verdict] = []
    sentences = tuple(guarded(tried.sentences, guard, tried.context, verdicts.append))
    return Heard(tried, sentences, verdicts[0] if verdicts else None)


def times_ms(guard: Guard, tried: Sequence[Try]) -> list[float]:
    """Milliseconds for each sentence, its reply's figures included; the best of three, since other programs interrupt."""
    found: list[float] = []
    for one in tried:
        for sentence in one.sentences:
            found.append(min(_once_ms(guard, sentence, one.context) for _ in range(3)))
    return sorted(found)


def _once_ms(guard: Guard, sentence: str, context: GuardContext) -> float:
    begun = time.perf_counter()
    guard.check(sentence, context)
    return (time.perf_counter() - begun) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    parser.add_argument("--wordings", action="store_true", help="by wordings alone, without what sentences mean")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--tries", type=Path, default=TRIES, help="folder of forbidden.jsonl and lawful.jsonl")
    options = parser.parse_args()
    guard = _guard(bot_of(options.tries), options.wordings)
    forbidden, lawful = list(tries("forbidden", options.tries)), list(tries("lawful", options.tries))
    through = [one for one in (heard(guard, tried) for tried in forbidden) if not one.right]
    alarms = [one for one in (heard(guard, tried) for tried in lawful) if not one.right]
    took = times_ms(guard, [*forbidden, *lawful])
    figures = {
        "forbidden": len(forbidden),
        "heard": len(through),
        "lawful": len(lawful),
        "false_alarms": len(alarms),
        "false_alarm_rate": round(len(alarms) / len(lawful), 4),
        "p50_ms": round(took[len(took) // 2], 2),
        "p95_ms": round(took[int(len(took) * 0.95)], 2),
    }
    if options.show:
        for one in (*through, *alarms):
            print(
                one.tried.id,
                one.tried.kind,
                "|".join(one.tried.sentences),
                "->",
                one.verdict and (one.verdict.kind, one.verdict.words),
            )
    print("heard of the forbidden, by kind:", dict(Counter(one.tried.kind for one in through)))
    print("false alarms, by kind:", dict(Counter(one.verdict.kind if one.verdict else "" for one in alarms)))
    print(json.dumps(figures) if options.json else "  ".join(f"{key} {value}" for key, value in figures.items()))
    return int(bool(through) or figures["false_alarm_rate"] > 0.02)


if __name__ == "__main__":
    raise SystemExit(main())
