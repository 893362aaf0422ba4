"""The contradictions that `xiangyin validate` tells, held against those for which Rasa 3.6 refuses to train.

    python -m benchmarks.contradictions --rasa build/rasa-venv/bin/python [--bots 300]

Small random bots: rules under conditions, `or`, forms with their ends and interruptions, stories with checkpoints. Rasa's
RulePolicy is trained on each in one process of its own. Prints how many are refused by both, by neither, by one of the two.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from deploy.bot_check import faults_of

ACTIONS = ("utter_p", "utter_q", "utter_r", "action_x")
INTENTS = "abcd"
DOMAIN: Mapping[str, Any] = {
    "version": "3.1",
    "intents": list(INTENTS),
    "entities": ["city"],
    "slots": {
        "flag": {"type": "bool", "mappings": [{"type": "custom"}]},
        "level": {"type": "categorical", "values": ["x", "y"], "mappings": [{"type": "custom"}]},
        "city": {"type": "text", "mappings": [{"type": "from_entity", "entity": "city"}]},
        "note": {"type": "text", "influence_conversation": False, "mappings": [{"type": "from_text"}]},
    },
    "forms": {"f": {"required_slots": ["city"]}, "g": {"required_slots": ["note"]}},
    "responses": {f"utter_{name}": [{"text": name}] for name in ("p", "q", "r", "ask_city", "ask_note")},
    "actions": ["action_x"],
}
CONDITIONS: Sequence[Mapping[str, Any]] = ({"flag": True}, {"flag": False}, {"level": "x"}, {"level": "y"}, {"city": "bj"})
RASA_SIDE = Path(__file__).with_name("contradictions_in_rasa.py")
Script = list[dict[str, Any]]


def main() -> None:
    """Write the bots, ask both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rasa", type=Path, required=True, help="the Python of an environment with Rasa 3.6 (make test-rasa makes one)"
    )
    parser.add_argument("--bots", type=int, default=300, help="bots of each of the two kinds")
    arguments = parser.parse_args()
    for name, kind in (("conditions", conditional), ("forms", with_forms)):
        with tempfile.TemporaryDirectory() as scratch:
            counts = compared(Path(scratch), kind, arguments.bots, arguments.rasa)
        refused = counts["both"] + counts["missed"]
        print(f"{name}: {sum(counts.values())} bots; Rasa refuses {refused}, of which {counts['both']} are told here", end="")
        print(f"; told here alone: {counts['false']}")


def compared(folder: Path, kind: Callable[[random.Random], tuple[Script, Script]], bots: int, rasa: Path) -> Counter[str]:
    """How many random bots are refused by both, by neither, by Rasa alone (missed), by us alone (false)."""
    for seed in range(bots):
        write(folder / str(seed), *kind(random.Random(seed)))
    answered = subprocess.run([rasa, RASA_SIDE, folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    refused: Mapping[str, str] = json.loads(answered.stdout.splitlines()[-1])
    counts: Counter[str] = Counter()
    for name, why in refused.items():
        told = any(fault.kind == "contradiction" and fault.severity == "error" for fault in faults_of(folder / name))
        counts[("both" if told else "missed") if why else ("false" if told else "neither")] += 1
    return counts


def write(folder: Path, rules: Script, stories: Script) -> None:
    """A bot of these rules and stories."""
    (folder / "data").mkdir(parents=True)
    files = {
        "domain.yml": DOMAIN,
        "config.yml": {"recipe": "default.v1", "language": "zh", "policies": [{"name": "RulePolicy"}]},
        "data/rules.yml": {"version": "3.1", "rules": rules},
        "data/stories.yml": {"version": "3.1", "stories": stories},
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def conditional(chance: random.Random) -> tuple[Script, Script]:
    """Rules under conditions on slots, with `or` and entities, and short stories."""
    rules: Script = []
    for number in range(chance.randint(2, 4)):
        rule: dict[str, Any] = {"rule": f"r{number}"}
        if chance.random() < 0.45:
            rule["condition"] = [{"slot_was_set": [dict(chance.choice(CONDITIONS))]} for _ in range(chance.choice([1, 1, 2]))]
        steps: Script = [{"action": chance.choice(ACTIONS)}] if chance.random() < 0.15 else []
        heard = chance.sample("abc", chance.choice([1, 1, 1, 2]))
        steps.append(_heard(chance, heard[0]) if len(heard) == 1 else {"or": [{"intent": intent} for intent in heard]})
        steps += [{"action": chance.choice(ACTIONS)} for _ in range(chance.choice([1, 1, 2]))]
        rules.append({**rule, "steps": steps, "wait_for_user_input": chance.random() > 0.1})
    stories = [{"story": f"s{number}", "steps": _turns(chance, chance.randint(1, 3))} for number in range(chance.randint(1, 3))]
    return rules, stories


def _turns(chance: random.Random, turns: int) -> Script:
    steps: Script = []
    for _ in range(turns):
        if chance.random() < 0.3:
            steps.append({"slot_was_set": [dict(chance.choice(CONDITIONS))]})
        steps.append(_heard(chance, chance.choice("abc")))
        steps += [{"action": chance.choice(ACTIONS)} for _ in range(chance.choice([1, 1, 2]))]
    return steps


def _heard(chance: random.Random, intent: str) -> dict[str, Any]:
    return {"intent": intent, "entities": [{"city": "bj"}]} if chance.random() < 0.15 else {"intent": intent}


def with_forms(chance: random.Random) -> tuple[Script, Script]:
    """Rules that begin, interrupt and end forms, and stories that lead through them."""
    forms = ["f", "g"][: chance.choice([1, 1, 2])]
    begins = dict(zip(forms, chance.sample(INTENTS, len(forms)), strict=True))
    rules = [rule for form in forms for rule in _form_rules(chance, form, begins[form])]
    for number in range(chance.randint(0, 2)):
        steps: Script = [{"intent": chance.choice(INTENTS)}, {"action": chance.choice(ACTIONS)}]
        rules.append({"rule": f"r{number}", "steps": steps})
    stories: Script = []
    for number in range(chance.randint(1, 4)):
        steps = _interlude(chance, 0.5)
        form = chance.choice(forms)
        steps += _form_story(chance, form, begins[form]) if chance.random() < 0.8 or not steps else []
        steps += _interlude(chance, 0.4)
        if chance.random() < 0.2:
            steps.append({"checkpoint": "k"})
        elif chance.random() < 0.2:
            steps.insert(0, {"checkpoint": "k"})
        stories.append({"story": f"s{number}", "steps": steps})
    return rules, stories


def _form_rules(chance: random.Random, form: str, begin: str) -> Script:
    condition = [{"active_loop": form}]
    rules: Script = [{"rule": f"begin {form}", "steps": [{"intent": begin}, {"action": form}, {"active_loop": form}]}]
    if chance.random() < 0.8:
        end = [
            {"action": form},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            {"action": chance.choice(ACTIONS)},
        ]
        rules.append({"rule": f"end {form}", "condition": condition, "steps": end})
    if chance.random() < 0.4:
        chat = [*_interlude(chance, 1), {"action": form}, {"active_loop": form}]
        rules.append({"rule": f"chat in {form}", "condition": condition, "steps": chat})
    if chance.random() < 0.3:
        stop = [
            {"intent": chance.choice(INTENTS)},
            {"action": "action_deactivate_loop"},
            {"active_loop": None},
            {"action": chance.choice(ACTIONS)},
        ]
        rules.append({"rule": f"stop {form}", "condition": condition, "steps": stop})
    return rules


def _form_story(chance: random.Random, form: str, begin: str) -> Script:
    steps: Script = [{"intent": begin}, {"action": form}, {"active_loop": form}]
    way = chance.random()
    if way < 0.35:
        steps += [*_interlude(chance, 1), {"action": form}]
    if 0.2 < way < 0.7:
        steps += [{"intent": chance.choice(INTENTS)}, {"action": form}]
    if chance.random() < 0.7:
        steps += [{"active_loop": None}, {"action": chance.choice(ACTIONS)}]
    return steps


def _interlude(chance: random.Random, likely: float) -> Script:
    return [{"intent": chance.choice(INTENTS)}, {"action": chance.choice(ACTIONS)}] if chance.random() < likely else []


if __name__ == "__main__":
    main()
