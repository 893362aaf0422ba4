"""How near simulated slips of a recogniser are to real ones: python -m benchmarks.confusions (needs XIANGYIN_DATA)."""

from __future__ import annotations

import argparse
import json
import os
import random
from pathlib import Path

from nlu.confusion import garble
from nlu.confusion.alignment import SlipStatistics, statistics

ABSENT = "$"
"""catslu writes this for what its annotators left out."""


def main() -> None:
    """Print the shares of kinds of slips and of run lengths, real beside simulated at the same error rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=2000, help="pairs to compare, drawn with a fixed seed (default 2000)")
    parser.add_argument("--rate", type=float, default=0.045, help="error rate of the simulated slips (default 0.045)")
    options = parser.parse_args()
    root = os.environ.get("XIANGYIN_DATA")
    if root is None:
        raise SystemExit("benchmarks.confusions needs the public data: set XIANGYIN_DATA to its folder")
    pairs = read_pairs(Path(root) / "intents/catslu/train.jsonl", options.sentences)
    rng = random.Random(0)
    garbled = [(said, garble(said, options.rate, rng)) for said, _ in pairs]
    print_table(statistics(pairs), statistics(garbled))


def read_pairs(path: Path, count: int) -> list[tuple[str, str]]:
    """Pairs of a JSONL file with `text` and `asr`, a sample of so many."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [(row["text"], row["asr"]) for row in rows if row.get("asr") and ABSENT not in row["text"]]
    return random.Random(1).sample(pairs, min(count, len(pairs)))


def print_table(real: SlipStatistics, simulated: SlipStatistics) -> None:
    """Two columns, shares in percent."""
    print(f"{'':24}{'real':>8}{'simulated':>12}")
    print(f"{'sentences':24}{real.sentences:8}{simulated.sentences:12}")
    print(f"{'character error rate':24}{real.error_rate:8.1%}{simulated.error_rate:12.1%}")
    print(f"{'sentences heard right':24}{real.right:8.1%}{simulated.right:12.1%}")
    for slip, share in real.kinds.items():
        print(f"{'of the slips, ' + slip:24}{share:8.1%}{simulated.kinds.get(slip, 0.0):12.1%}")
    for length, share in real.runs.items():
        print(f"{f'of the runs, {length} long':24}{share:8.1%}{simulated.runs.get(length, 0.0):12.1%}")


if __name__ == "__main__":
    main()
