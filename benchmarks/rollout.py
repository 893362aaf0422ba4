"""Trials of adapters, simulated: shares, how soon harm ends one, how often one that does none is ended.

    python -m benchmarks.rollout [--runs 200] [--history 10000]

Each run is 10,000 conversations with a tenth on trial, by the code that a bot runs. A conversation has 2 replies and more, 6 on
average; what the guard stops comes in heaps (correlation 0.05 within a conversation). `of conversations` is the hardest way to
read the guard's figure: one reply a conversation.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialogue.adapters.adapter import Trial
from dialogue.adapters.trial.intervals import wilson
from dialogue.adapters.trial.metrics import Plan
from dialogue.adapters.trial.verdict import NAMES, Table, Verdict, judged

CONVERSATIONS = 10_000
PERCENT = 10.0
USUAL = {"hand_over": 0.25, "guard": 0.02, "error": 0.005, "conversion": 0.12}
WITHIN = 0.05
"""Correlation of the guard's hits within a conversation."""


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of trial: what is other in it than usual, and what may be asked of it."""

    name: str
    bad: Mapping[str, float] = field(default_factory=dict)
    single: bool = False
    """One reply a conversation."""
    before: Mapping[str, float] = field(default_factory=dict)
    """What was other before the trial, in all conversations: the traffic changed."""


CASES = (
    Case("hand-over 25 -> 35 %", {"hand_over": 0.35}),
    Case("guard 2 -> 6 % of replies", {"guard": 0.06}),
    Case("equal"),
    Case("guard 2 -> 6 % of conversations", {"guard": 0.06}, single=True),
    Case("hand-over 25 -> 60 %", {"hand_over": 0.60}),
    Case("latency 350 -> 450 ms", {"latency_ms": 450.0}),
    Case("satisfaction 3.8 -> 3.3", {"satisfaction": 3.3}),
    Case("equal; hand-over was 23 % before", before={"hand_over": 0.23}),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="trials of each kind (default 200)")
    parser.add_argument("--history", type=int, default=10_000, help="conversations from before the trial (default 10000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", type=int, default=len(CASES), help="only the first so many kinds")
    options = parser.parse_args()
    print(shares(options.runs, options.seed), flush=True)
    print(f"{'':36}{'ended within 300':>24}{'ended in all':>22}{'median':>8}  by")
    for case in CASES[: options.cases]:
        found = [trial(case, options.seed + run, options.history) for run in range(options.runs)]
        print(line(case, found), flush=True)


def shares(runs: int, seed: int) -> str:
    """How far the part that is on trial strays from a tenth, and how many conversations change sides when asked again."""
    parts, changed = [], 0
    for run in range(runs):
        drawn = a_trial(seed + run)
        taken = [drawn.takes(f"call-{number}") for number in range(CONVERSATIONS)]
        parts.append(sum(taken) / CONVERSATIONS)
        changed += sum(drawn.takes(f"call-{number}") != taken[number] for number in range(0, CONVERSATIONS, 10))
    strays = f"{min(parts):.2%} to {max(parts):.2%} of {CONVERSATIONS} conversations"
    return f"on trial: {strays} in {runs} runs; changed sides: {changed}"


def a_trial(seed: int) -> Trial:
    return Trial("1", "sales", "v1.3-sales", "v1.2-sales", PERCENT, f"salt {seed}", 0.0)


def trial(case: Case, seed: int, history: int, count: int = CONVERSATIONS) -> Verdict:
    """One trial to its end, or over so many conversations."""
    rng = np.random.default_rng([seed, 7])
    drawn = a_trial(seed)
    on_trial = np.array([drawn.takes(f"call-{number}") for number in range(count)])
    single = case.single
    outcomes = conversations(rng, on_trial, {**USUAL}, case.bad, single)
    earlier = conversations(rng, np.zeros(history, dtype=bool), {**USUAL, **case.before}, {}, single)
    return judged(outcomes, Plan(), earlier)


def conversations(
    rng: np.random.Generator, on_trial: NDArray[np.bool_], usual: Mapping[str, float], bad: Mapping[str, float], single: bool
) -> Table:
    """What became of them."""
    count = len(on_trial)
    replies = np.ones(count, dtype=np.int64) if single else 2 + rng.poisson(4.0, count)
    columns = {
        "hand_over": rng.random(count) < rate("hand_over", on_trial, usual, bad),
        "guard": rng.binomial(replies, heaped(rng, rate("guard", on_trial, usual, bad), 0.0 if single else WITHIN)),
        "error": rng.binomial(replies, rate("error", on_trial, usual, bad)),
        "conversion": rng.random(count) < rate("conversion", on_trial, usual, bad),
        "latency_ms": rng.lognormal(np.log(np.where(on_trial, bad.get("latency_ms", 350.0), 350.0)), 0.5),
        "style": rng.beta(18.0, 2.0, count),
        "satisfaction": rated(rng, np.where(on_trial, bad.get("satisfaction", 3.8), 3.8)),
    }
    values = np.column_stack([columns[name].astype(np.float64) for name in NAMES])
    return Table(on_trial, values, replies.astype(np.float64))


def rate(name: str, on_trial: NDArray[np.bool_], usual: Mapping[str, float], bad: Mapping[str, float]) -> NDArray[np.float64]:
    return np.where(on_trial, bad.get(name, usual[name]), usual[name])


def heaped(rng: np.random.Generator, rates: NDArray[np.float64], within: float) -> NDArray[np.float64]:
    """Rates that differ from conversation to conversation: a beta law with this correlation within one."""
    if within == 0.0:
        return rates
    size = 1.0 / within - 1.0
    return rng.beta(rates * size, (1.0 - rates) * size)


def rated(rng: np.random.Generator, means: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 to 5; seven in ten callers say nothing of it."""
    scores = np.clip(np.round(rng.normal(means, 1.0)), 1.0, 5.0)
    return np.where(rng.random(len(means)) < 0.7, np.nan, scores)


def line(case: Case, found: list[Verdict]) -> str:
    """A row of the table."""
    ends = [verdict.breach.look for verdict in found if verdict.breach is not None]
    soon, ever = sum(end <= 300 for end in ends), len(ends)
    by = Counter(verdict.breach.metric for verdict in found if verdict.breach is not None)
    median = f"{np.median(ends):.0f}" if ends else "-"
    told = ", ".join(f"{name} {times}" for name, times in by.most_common(3))
    return f"{case.name:<36}{''.join(interval(soon, len(found)))}{''.join(interval(ever, len(found))):>22}{median:>8}  {told}"


def interval(hits: int, of: int) -> Iterator[str]:
    low, high = wilson(hits, of)
    yield f"{hits / of:8.1%} [{low:.1%}, {high:.1%}]".rjust(22)


if __name__ == "__main__":
    main()
