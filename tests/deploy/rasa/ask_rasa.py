"""Run by Rasa's own Python (3.10): trains the bot given, asks it everything on standard input, prints what it said as JSON.

Standard input: {"bot": folder, "url": the server, "nowhere": an address where nothing listens, "texts": [...]}.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from pathlib import Path

import rasa
from rasa.core.agent import load_agent
from rasa.core.channels import UserMessage
from rasa.utils.endpoints import EndpointConfig


class Warnings(logging.Handler):
    """Keeps what the component warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kept = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


async def ask(order: dict) -> dict:
    """Parsed texts and answers through the component; without a server; and with the server as Rasa's own `nlu` endpoint."""
    warnings = Warnings()
    with tempfile.TemporaryDirectory() as models:
        os.environ["XIANGYIN_URL"] = order["url"]
        trained = rasa.train(f"{order['bot']}/domain.yml", f"{order['bot']}/config.yml", f"{order['bot']}/data", output=models)
        agent = await load_agent(trained.model)
        parsed = [await agent.parse_message(text) for text in order["texts"]]
        said = [[one["text"] for one in await agent.handle_text(text, sender_id=text)] for text in order["texts"]]
        tracker = await agent.tracker_store.retrieve(order["texts"][0])
        os.environ["XIANGYIN_URL"] = order["nowhere"]
        logging.getLogger("xiangyin_nlu").addHandler(warnings)
        alone = await load_agent(trained.model)
        silent = [await alone.parse_message(text) for text in order["texts"]]
        from rasa.core.http_interpreter import RasaNLUHttpInterpreter

        plain = RasaNLUHttpInterpreter(EndpointConfig(order["url"]))
        as_endpoint = [await plain.parse(UserMessage(text)) for text in order["texts"]]
        await plain.session.close()
    return {
        "version": rasa.__version__,
        "parsed": parsed,
        "said": said,
        "latest_message": tracker.current_state()["latest_message"],
        "slots": tracker.current_slot_values(),
        "silent": silent,
        "warnings": warnings.kept,
        "as_endpoint": as_endpoint,
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    print(json.dumps(asyncio.run(ask(json.load(sys.stdin))), ensure_ascii=False))
