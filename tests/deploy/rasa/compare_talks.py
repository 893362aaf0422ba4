"""Talks with the same bots here and in a real Rasa: would both say, do and remember the same, turn by turn?

    python -m tests.deploy.rasa.compare_talks --rasa build/rasa-venv/bin/python

The bots are those of live/, which need no action server; what is said to them is made up of payloads ('/intent{...}') and words
that Rasa's keyword classifier knows. Exit status 1 where a turn differs. Rasa's answers are kept in build/.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.actions.two_stage_fallback import NAME as TWO_STAGE_FALLBACK
from dialogue.bot_files import load_bot
from nlu.data import Example
from nlu.understanding import Guess, Need, Understanding
from tests.deploy.rasa.compare import KEPT, THREADS
from tests.deploy.rasa.story_bots import HERE, fingerprint

SESSION = ("action_listen", "action_session_start")
BEGINS_ANEW = "/restart"
"""Rasa shows nothing of the turn that it forgets everything in."""
DEFAULT_INTENTS = ("nlu_fallback", "nlu_fallback", "out_of_scope", "restart", "back")
WORDS = ("hello", "joke please", "no idea")
Turn = dict[str, Any]


class Keywords:
    """Understands as Rasa's KeywordIntentClassifier: the intent of the example that is part of the text, or none."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._intents = {example.text: example.intents[0] for example in examples if example.intents}

    def parse(self, text: str) -> Understanding:
        intent = next((intent for known, intent in self._intents.items() if known in text), "")
        guesses = (Guess(intent, 1.0),) if intent else ()
        return Understanding(text, (Need(intent, 1.0, (), 0, len(text)),), (), 1.0, guesses)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rasa", type=Path, required=True, metavar="PYTHON", help="a Python 3.10 with Rasa 3.6.21")
    parser.add_argument("--talks", type=int, default=80, metavar="N", help="talks with each bot")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    failed = False
    for folder in sorted((HERE / "live").iterdir()):
        talks = list(made_up(folder, chosen.talks, chosen.seed))
        differing = list(differences(folder, talks, rasas(folder, talks, chosen.rasa)))
        print(*differing[:5], sep="\n", end="\n" if differing else "")
        print(f"{folder.name}: {sum(map(len, talks))} turns in {len(talks)} talks, {len(differing)} talks differ")
        failed = failed or bool(differing)
    return int(failed)


def made_up(folder: Path, count: int, seed: int) -> Iterator[list[str]]:
    """What is said in each talk, drawn from the bot's own intents and entities."""
    domain = yaml.safe_load((folder / "domain.yml").read_text(encoding="utf-8"))
    intents = [*domain["intents"], *domain["intents"], *DEFAULT_INTENTS]
    entities = [name for name in domain["entities"] if isinstance(name, str)]
    values = {name: slot["values"] for name, slot in domain["slots"].items() if "values" in slot}
    chance = random.Random(seed)
    for _ in range(count):
        yield [_said(chance, intents, entities, values) for _ in range(chance.randint(3, 9))]


def _said(chance: random.Random, intents: Sequence[str], entities: Sequence[str], values: dict[str, list[str]]) -> str:
    if chance.random() < 0.12:
        return chance.choice(WORDS)
    found: dict[str, Any] = {}
    for name in entities if chance.random() < 0.5 else ():
        if chance.random() < 0.35:
            known = values.get(name, ["3", "12"])
            found[name] = chance.choice(known) if chance.random() < 0.8 else chance.sample(known, 2)
    return f"/{chance.choice(intents)}{json.dumps(found) if found else ''}"


def rasas(folder: Path, talks: Sequence[Sequence[str]], python: Path) -> list[list[Turn]]:
    """What Rasa does in these talks; asked only once."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / folder.name
        shutil.copytree(folder, copy)
        (copy / "talks.yml").write_text(json.dumps(talks), encoding="utf-8")
        kept = KEPT / f"talks-{folder.name}-{fingerprint(copy)}.json"
        if not kept.is_file():
            environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", **dict.fromkeys(THREADS, "1")}
            with (KEPT / "rasa.log").open("w") as log:
                order = json.dumps([{"bot": str(copy), "talks": talks}])
                script = HERE / "talks_in_rasa.py"
                told = subprocess.run(
                    [python, script], input=order, stdout=-1, stderr=log, text=True, env=environment, check=True
                )  # fmt: skip
            kept.write_text(told.stdout, encoding="utf-8")
        found: list[list[Turn]] = json.loads(kept.read_text(encoding="utf-8"))["talks"]
        return found


def differences(folder: Path, talks: Sequence[Sequence[str]], theirs: Sequence[Sequence[Turn]]) -> Iterator[str]:
    """The first turn of each talk in which both part ways."""
    bot = load_bot(folder)
    with tempfile.TemporaryDirectory() as scratch:
        shared = Shared.of(bot, f"sqlite:///{scratch}/events.sqlite")
        with closing(SalesBot(parts_of(bot, Keywords(bot.training.examples), shared))) as seller:
            for number, (texts, answers) in enumerate(zip(talks, theirs, strict=True)):
                for at, (text, their) in enumerate(zip(texts, answers, strict=True)):
                    if any(str(value).startswith("/") for value in their["slots"].values()):
                        break  # Rasa takes a button's payload for the text of an answer, which is not done here
                    mine = _turn(seller, f"talk-{number}", text)
                    anew = text.startswith(BEGINS_ANEW)
                    wrong = [key for key in mine if not anew and _plain(mine, key) != _plain(their, key)]
                    if wrong:
                        told = "; ".join(f"{key}: Rasa {their[key]}, here {mine[key]}" for key in wrong)
                        yield f"{folder.name}, after {texts[: at + 1]}: {told}"
                        break


def _turn(bot: SalesBot, conversation: str, text: str) -> Turn:
    reply = bot.turn(conversation, text)
    state = bot.state(conversation)
    return {
        "said": [message.text for message in reply.messages],
        "actions": [name for name in reply.actions if name not in SESSION],
        "slots": {name: slot.value for name, slot in state.slots.items()},
        "loop": state.active_loop,
    }


def _plain(turn: Turn, key: str) -> object:
    """A turn's part as it can be compared: the two-stage fallback asks in words of its own, and 1 is 1.0."""
    if key == "said" and TWO_STAGE_FALLBACK in turn["actions"]:
        return None
    if key == "slots":
        return {name: str(value).removesuffix(".0") for name, value in turn["slots"].items()}
    return turn[key]


if __name__ == "__main__":
    sys.exit(main())
