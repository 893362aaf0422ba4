"""A bot of 1,000 rules and 10,000 stories: how long it takes to load, and what one decision costs.

    python -m benchmarks.large_bot [--rules 1000] [--stories 10000]

Prints seconds to read the files and to make the policies, and the 95th percentile of state and policies for one turn; beside
them the processor's own time, which tells more where other programs run at the same time.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from dialogue.bot_files import load_bot
from dialogue.domain import Domain
from dialogue.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Need, Understanding
from policies.ensemble import Ensemble

INTENTS = 250
RESPONSES = 400
LEVELS = ("gold", "silver", "plain")
TURNS = 500
MAX_ACTIONS = 10


def main() -> None:
    """Write the bot, load it, talk to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument("--stories", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_bot(folder, arguments.rules, arguments.stories, random.Random(1))
        begun, worked = time.perf_counter(), time.process_time()
        bot = load_bot(folder)
        read = time.perf_counter()
        ensemble = Ensemble.of(bot)
        made, work_s = time.perf_counter(), time.process_time() - worked
    taken = turn_ms(ensemble, bot.domain, random.Random(2))
    walls, works = sorted(wall for wall, _ in taken), sorted(work for _, work in taken)
    print(f"{len(bot.rules)} rules, {len(bot.stories)} stories")
    print(f"read {read - begun:.1f} s, policies {made - read:.1f} s, together {made - begun:.1f} s (processor {work_s:.1f} s)")
    at = len(taken) * 95 // 100
    middle = walls[len(walls) // 2]
    print(f"state and policies of one turn: p50 {middle:.2f} ms, p95 {walls[at]:.2f} ms (processor {works[at]:.2f} ms)")


def write_bot(folder: Path, rules: int, stories: int, chance: random.Random) -> None:
    """A bot of that size: rules under conditions, stories of two to four turns."""
    (folder / "data").mkdir()
    names = [f"ask_{number}" for number in range(INTENTS)]
    domain = f"version: '3.1'\nintents: [{', '.join(names)}]\nslots:\n"
    domain += f"  level: {{type: categorical, values: [{', '.join(LEVELS)}], mappings: [{{type: custom}}]}}\nresponses:\n"
    domain += "".join(f"  utter_{number}: [{{text: 第{number}句}}]\n" for number in range(RESPONSES))
    (folder / "domain.yml").write_text(domain, encoding="utf-8")
    (folder / "config.yml").write_text(
        "policies:\n- name: RulePolicy\n- name: AugmentedMemoizationPolicy\n  max_history: 6\n", "utf-8"
    )
    written = ["rules:"]
    for number in range(rules):
        intent, level = names[number % (INTENTS // 2)], LEVELS[number // (INTENTS // 2) % len(LEVELS)]
        written += [f"- rule: rule {number}", f"  condition: [{{slot_was_set: [{{level: {level}}}]}}]"]
        written += [f"  steps: [{{intent: {intent}}}, {{action: utter_{number % RESPONSES}}}]"]
    (folder / "data" / "rules.yml").write_text("\n".join(written) + "\n", "utf-8")
    told = ["stories:"]
    for number in range(stories):
        told += [f"- story: story {number}", "  steps:"]
        for _ in range(chance.randint(2, 4)):
            told += [f"  - intent: {chance.choice(names[INTENTS // 2 :])}", f"  - action: utter_{chance.randrange(RESPONSES)}"]
    (folder / "data" / "stories.yml").write_text("\n".join(told) + "\n", "utf-8")


def turn_ms(ensemble: Ensemble, domain: Domain, chance: random.Random) -> list[tuple[float, float]]:
    """Milliseconds of tracking and deciding for each of many turns, in conversations of ten: by the clock, by the processor."""
    found = []
    for number in range(TURNS):
        if number % 10 == 0:
            state = track(initial_state(str(number), domain), SessionStarted())
            state = track(state, SlotSet("level", chance.choice(LEVELS)))
        intent = chance.choice(list(domain.intents))
        said = UserUttered("…", Understanding("…", (Need(intent, 0.9, (), 0, 1),), (), 0.9))
        begun, worked = time.perf_counter(), time.thread_time()
        state = _answered(ensemble, track(state, said))
        found.append(((time.perf_counter() - begun) * 1000, (time.thread_time() - worked) * 1000))
    return found


def _answered(ensemble: Ensemble, state: DialogueState) -> DialogueState:
    for _ in range(MAX_ACTIONS):
        decision = ensemble.decide(state)
        if decision.action == ACTION_LISTEN:
            break
        state = track(state, ActionExecuted(decision.action, decision.policy, decision.reason))
    return track(state, ActionExecuted(ACTION_LISTEN, "turn"))


if __name__ == "__main__":
    main()
