"""Twenty intents taken out of SMP 2017 and put back with five examples each, without training anew: how fast, how well.

`python -m benchmarks.new_intents [--seeds N]` needs XIANGYIN_DATA. The model has never seen the twenty intents; the five
examples are drawn by the seed. Figures are on dev, which nothing is chosen on.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.data import Example
from nlu.data_files import read_examples
from nlu.model_folder import TrainedModel, load
from nlu.parser import NluParser
from nlu.prototypes import known_rows, with_intents
from nlu.train import IntentTraining, train_from_files

INTENTS, EXAMPLES = 20, 5
LEFT_OVER = "chat"
"""What belongs nowhere in SMP 2017; it is never taken out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of dev: the other intents before and after, the new ones after; and the time that adding them took.

    `seconds` by the clock; `cpu_seconds` of this process, which other programs on the machine do not lengthen.
    """

    before: float
    after: float
    recall: float
    seconds: float
    cpu_seconds: float


def measured(folder: Path, seed: int) -> Outcome:
    """Take out, train, put back, measure."""
    rng = random.Random(seed)
    examples, dev = read_examples(folder / "train.jsonl"), read_examples(folder / "dev.jsonl")
    labels = sorted({example.intents[0] for example in examples} - {LEFT_OVER})
    new = set(rng.sample(labels, INTENTS))
    known = [example for example in examples if example.intents[0] not in new]
    added = [one for label in sorted(new) for one in rng.sample([e for e in examples if e.intents[0] == label], EXAMPLES)]
    model = _trained(known)
    others = [example for example in dev if example.intents[0] not in new]
    before = _right(model, others)
    began = time.perf_counter(), time.process_time()
    widened = with_intents(model, known_rows(model, known), added)
    taken = time.perf_counter() - began[0], time.process_time() - began[1]
    return Outcome(before, _right(widened, others), _right(widened, [one for one in dev if one.intents[0] in new]), *taken)


def _trained(known: Sequence[Example]) -> TrainedModel:
    with tempfile.TemporaryDirectory() as place:
        data, out = Path(place) / "known.tsv", Path(place) / "model"
        data.write_text("text\tlabel\n" + "".join(f"{one.text}\t{one.intents[0]}\n" for one in known), encoding="utf-8")
        train_from_files(IntentTraining("intent", (data,), out, compound=False))
        return load(out)


def _right(model: TrainedModel, rows: Sequence[Example]) -> float:
    parser = NluParser(model)
    return sum(parser.parse(row.text).intents == row.intents for row in rows) / len(rows)


def main() -> None:
    """Print a line for each seed, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    folder = Path(os.environ["XIANGYIN_DATA"]) / "intents" / "smp2017"
    outcomes = [measured(folder, seed) for seed in range(parser.parse_args().seeds)]
    for seed, one in enumerate(outcomes):
        took = f"in {one.seconds:.2f} s ({one.cpu_seconds:.2f} s of CPU)"
        print(f"seed {seed}: others {one.before:.3f} -> {one.after:.3f}, new {one.recall:.3f}, {took}")
    lost = sum(one.before - one.after for one in outcomes) / len(outcomes)
    print(
        f"mean: the others lose {100 * lost:.2f} points, recall of the new {sum(o.recall for o in outcomes) / len(outcomes):.3f}"
    )


if __name__ == "__main__":
    main()
