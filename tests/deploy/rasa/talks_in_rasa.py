"""Run by Rasa's own Python (3.10): trains each bot and has the conversations given with it.

Standard input: a JSON list of {"bot": folder, "talks": [[text, ...], ...]}. One line of JSON a bot on standard output: {"bot",
"talks": [[{"said": [text, ...], "actions": [...], "slots": {...}, "loop": name or null}, ...], ...]}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import rasa  # noqa: E402 -- the environment is set before
from rasa.core.agent import load_agent  # noqa: E402
from rasa.shared.core.events import ActionExecuted  # noqa: E402


async def talked(bot: Path, talks: list[list[str]]) -> list[list[dict]]:
    os.chdir(bot)
    trained = rasa.train("domain.yml", "config.yml", "data", output="models")
    agent = await load_agent(model_path=trained.model)
    had = []
    for number, texts in enumerate(talks):
        had.append([await turn(agent, f"talk {number}", text) for text in texts])
    return had


async def turn(agent, sender: str, text: str) -> dict:
    """One utterance: what was said to it, what was done, and how things stand then."""
    before = await agent.tracker_store.retrieve(sender)
    seen = 0 if before is None else len(before.events)
    said = await agent.handle_text(text, sender_id=sender) or []
    tracker = await agent.tracker_store.retrieve(sender)
    actions = [event.action_name for event in list(tracker.events)[seen:] if isinstance(event, ActionExecuted)]
    return {
        "said": [one.get("text") for one in said],
        "actions": [name for name in actions if name not in ("action_listen", "action_session_start")],
        "slots": {name: value for name, value in tracker.current_slot_values().items() if value is not None},
        "loop": tracker.active_loop_name,
    }


def main() -> None:
    logging.disable(logging.CRITICAL)
    answers = sys.stdout
    sys.stdout = sys.stderr
    for order in json.load(sys.stdin):
        talks = asyncio.run(talked(Path(order["bot"]), order["talks"]))
        print(json.dumps({"bot": order["bot"], "talks": talks}, ensure_ascii=False), file=answers, flush=True)


if __name__ == "__main__":
    main()
