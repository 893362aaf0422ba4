"""Run by Rasa's own Python (3.10): trains each bot's policies and tells what they predict at every action of its test stories.

Standard input: a JSON list of {"bot": folder, "answer": file}, each bot prepared by story_bots.py: its tests lie in
tests/test_*.yml, the pipeline is one tokenizer. Each file gets {"stories": [{"file", "name", "actions": [...]}]}, or {"refused":
why}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import traceback
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import rasa.model_training  # noqa: E402 -- the environment is set before
from rasa.core.agent import load_agent  # noqa: E402
from rasa.core.migrate import migrate_domain_format  # noqa: E402
from rasa.core.test import _create_data_generator, _predict_tracker_actions  # noqa: E402
from rasa.shared.core.events import ActionExecuted  # noqa: E402

OLD = re.compile(r"""^version: *["']?2\.0""", re.MULTILINE)
AUGMENTATION = {"augmentation_factor": 50}
"""`rasa train`'s own."""


def domain_of(bot: Path) -> str:
    """The domain's file or folder; one of Rasa 2.0 is migrated as `rasa data migrate` does it."""
    found = bot / "domain.yml" if (bot / "domain.yml").exists() else bot / "domain"
    written = [file.read_text(encoding="utf-8") for file in (found, *bot.glob("data/*.yml")) if file.is_file()]
    if any(OLD.search(text) for text in written):
        migrated = found.with_name(f"migrated_{found.name}")
        migrate_domain_format(found, migrated)
        return str(migrated)
    return str(found)


async def predicted(bot: Path) -> list[dict]:
    """Every story of every test file with its actions, the predicted ones, who predicted them and how surely."""
    os.chdir(bot)
    model = rasa.model_training.train_core(domain_of(bot), "config.yml", "data", "models", additional_arguments=AUGMENTATION)
    agent = await load_agent(model_path=str(model))
    stories = []
    for file in sorted(Path("tests").rglob("test_*.yml")):
        trackers = _create_data_generator(str(file), agent, use_conversation_test_files=True).generate_story_trackers()
        for tracker in trackers:
            _, predicted_tracker, actions, _ = await _predict_tracker_actions(tracker, agent, use_e2e=False)
            for action, doubted in zip(actions, doubts(predicted_tracker), strict=False):
                action["doubted"] = doubted
            stories.append({"file": file.name, "name": tracker.sender_id, "actions": actions})
    return stories


def doubts(tracker) -> list[bool]:
    """Before which actions a network (UnexpecTEDIntentPolicy) found the intent unlikely, which changes what others recall."""
    found, doubted = [], False
    for event in list(tracker.events)[1:]:
        if isinstance(event, ActionExecuted):
            if event.action_name == "action_unlikely_intent":
                doubted = True
                continue
            found.append(doubted)
            doubted = False
    return found


def main() -> None:
    logging.disable(logging.ERROR)
    for order in json.load(sys.stdin):
        try:
            told = {"stories": asyncio.run(predicted(Path(order["bot"])))}
        except Exception as fault:  # a bot that Rasa refuses is part of the answer
            traceback.print_exc()
            told = {"refused": f"{type(fault).__name__}: {fault}"}
        Path(order["answer"]).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
