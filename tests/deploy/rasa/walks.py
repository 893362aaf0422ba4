"""Conversations made from a bot's own files by walking: its stories and rules joined, cut short, left and come back to.

A walk need not be sensible. At each action both programs are asked what they would do, given that all before went as written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Step = dict[str, Any]
LENGTH = 4
"""Pieces in one walk at most."""


@dataclass(frozen=True, slots=True)
class Material:
    """What walks are made of: pieces of stories and rules, and the names that the domain has."""

    pieces: tuple[tuple[Step, ...], ...]
    intents: tuple[str, ...]
    entities: tuple[str, ...]
    actions: tuple[str, ...]
    slots: Mapping[str, tuple[Any, ...]]
    forms: tuple[str, ...]


def material(bot: Path) -> Material:
    """Everything of a bot's folder (domain.yml or domain/, data/)."""
    roots = [root for file in files(bot) if isinstance(root := yaml.safe_load(file.read_text(encoding="utf-8")), dict)]
    intents = [name(one) for root in roots for one in root.get("intents") or ()]
    entities = [name(one) for root in roots for one in root.get("entities") or ()]
    slots = {slot: values(options or {}) for root in roots for slot, options in (root.get("slots") or {}).items()}
    forms = [form for root in roots for form in root.get("forms") or ()]
    actions = [response for root in roots for response in root.get("responses") or () if "/" not in response]
    actions += [name(one) for root in roots for one in root.get("actions") or ()]
    pieces = [tuple(piece(one)) for root in roots for one in (*(root.get("stories") or ()), *(root.get("rules") or ()))]
    return Material(
        tuple(one for one in pieces if one), tuple(intents), tuple(entities), tuple(actions), slots, tuple(forms)
    )  # fmt: skip


def files(bot: Path) -> list[Path]:
    """The YAML files of a bot in which its domain, stories and rules may stand."""
    return sorted(file for file in bot.rglob("*.yml") if file.relative_to(bot).parts[0] in ("domain.yml", "domain", "data"))


def name(item: Any) -> str:
    return str(next(iter(item))) if isinstance(item, dict) else str(item)


def values(slot: Mapping[str, Any]) -> tuple[Any, ...]:
    """Values that a story may give a slot; none for slots that stories don't see."""
    kinds: dict[str, tuple[Any, ...]] = {
        "text": ("words", None),
        "bool": (True, False, None),
        "float": (slot.get("min_value", 0.0), slot.get("max_value", 1.0), None),
        "list": (["one"], [], None),
        "categorical": (*slot.get("values", ()), None),
    }
    return kinds.get(str(slot.get("type", "any")), ())


def piece(item: Mapping[str, Any]) -> list[Step]:
    """The steps of a story, or of a rule with its conditions before it; nothing that only training files may hold."""
    steps = [*(item.get("condition") or ()), *(item.get("steps") or ())]
    return [step for step in steps if isinstance(step, dict) and not {"checkpoint", "metadata"} & set(step)]


def walks(bot: Path, count: int, seed: int) -> Iterator[tuple[str, list[Step]]]:
    """Names and steps of this many walks; the same for the same seed."""
    chance = random.Random(seed)
    found = material(bot)
    for number in range(count if found.pieces else 0):
        steps: list[Step] = []
        for _ in range(chance.randint(1, LENGTH)):
            steps += _some(chance, found)
        yield f"walk {number}", steps


def _some(chance: random.Random, found: Material) -> list[Step]:
    kind = chance.random()
    if kind < 0.75 or not found.intents:
        taken = [_settled(chance, step) for step in chance.choice(found.pieces)]
        begin = chance.randrange(len(taken)) if chance.random() < 0.15 else 0
        end = chance.randint(begin + 1, len(taken)) if chance.random() < 0.4 else len(taken)
        return taken[begin:end]
    if kind < 0.9 or not found.slots:
        said: Step = {"intent": chance.choice(found.intents)}
        if found.entities and chance.random() < 0.4:
            said["entities"] = [{chance.choice(found.entities): "words"}]
        return [said, {"action": chance.choice(found.actions)}] if found.actions and chance.random() < 0.5 else [said]
    slot = chance.choice(list(found.slots))
    return [{"slot_was_set": [{slot: chance.choice(found.slots[slot])}]}] if found.slots[slot] else []


def _settled(chance: random.Random, step: Step) -> Step:
    """One way through an `or`."""
    return dict(chance.choice(step["or"])) if "or" in step else step


def write(stories: Sequence[tuple[str, list[Step]]], file: Path) -> None:
    """Test stories as Rasa reads them; steps before the first utterance stay."""
    written = [{"story": title, "steps": steps} for title, steps in stories if steps]
    text = yaml.safe_dump({"version": "3.1", "stories": written}, allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")
