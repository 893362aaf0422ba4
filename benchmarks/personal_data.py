"""How much of the personal data of hand-written strings is found, and how many clean strings are touched.

python -m benchmarks.personal_data [--misses]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from nlu.metrics import Share
from nlu.personal_data import find

HAND_WRITTEN = Path(__file__).parents[1] / "tests" / "data" / "nlu" / "personal_data.jsonl"


@dataclass(frozen=True, slots=True)
class Result:
    """`values`: each personal value covered from its first to its last character; `strings`: all of a string's; `touched`:
    clean strings in which anything was found. `missed` and `wrong` are for reading."""

    values: Share
    strings: Share
    touched: Share
    by_kind: dict[str, tuple[int, int]]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def measure(path: Path = HAND_WRITTEN) -> Result:
    """Run over rows of {"text", "personal": [{"start", "end", "kind"}]}."""
    hits, totals, whole, clean, touched = Counter[str](), Counter[str](), [], 0, 0
    missed, wrong = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = find(row["text"])
        covered = {at for one in found for at in range(one.start, one.end)}
        lost = [one for one in row["personal"] if not covered.issuperset(range(one["start"], one["end"]))]
        totals.update(one["kind"] for one in row["personal"])
        hits.update(one["kind"] for one in row["personal"] if one not in lost)
        missed += [f"{one['kind']}: {row['text'][one['start'] : one['end']]}: {row['text']}" for one in lost]
        if row["personal"]:
            whole.append(not lost)
        else:
            clean += 1
            touched += bool(found)
            wrong += [f"{one.kind}: {row['text'][one.start : one.end]}: {row['text']}" for one in found]
    by_kind = {kind: (hits[kind], totals[kind]) for kind in sorted(totals)}
    shares = Share.of(hits.total(), totals.total()), Share.of(sum(whole), len(whole)), Share.of(touched, clean)
    return Result(*shares, by_kind, tuple(missed), tuple(wrong))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was touched wrongly")
    arguments = parser.parse_args()
    result = measure()
    for name, share in (("values found", result.values), ("strings whole", result.strings), ("clean touched", result.touched)):
        print(f"{name:14} {share.value:.4f}  (95 %: {share.low:.4f}-{share.high:.4f}, of {share.count})")
    print(", ".join(f"{kind} {hits}/{total}" for kind, (hits, total) in result.by_kind.items()))
    if arguments.misses:
        print(*result.missed, *result.wrong, sep="\n")


if __name__ == "__main__":
    main()
