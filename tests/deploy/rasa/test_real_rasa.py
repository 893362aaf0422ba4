"""The component inside a real Rasa 3.6.21, which needs a Python 3.10 of its own: `make test-rasa` makes one and runs this."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deploy.bot import SalesBot
from nlu.understanding import Understanding
from tests.deploy.gateway.running import ScriptedSeller, running

ROOT = Path(__file__).parents[3]
PYTHON = os.environ.get("XIANGYIN_RASA_PYTHON", "")
TEXTS = [
    "那这个的年费是多少",
    "两年要多少钱，能先试用吗",
    "要8核16G的云服务器",
    "我姓王，电话13800000000",
    "红烧肉怎么做",
    "几多钱一年呀",
]
pytestmark = pytest.mark.skipif(not PYTHON, reason="needs a Python with Rasa 3.6.21: make test-rasa")
TRAINING_S = 540
"""Rasa's imports alone take 20 s of one core; on a busy machine its training takes minutes."""


class Understander(ScriptedSeller):
    """Understands as the sample bot does."""

    def __init__(self, bot: SalesBot) -> None:
        super().__init__()
        self._bot = bot

    def understand(self, text: str) -> Understanding:
        return self._bot.understand(text)


@pytest.mark.timeout(TRAINING_S + 60)
async def test_rasa_understands_what_this_server_understands(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "bot", tmp_path / "bot")
    shutil.copy(ROOT / "deploy" / "rasa" / "xiangyin_nlu.py", tmp_path)
    with closing(SalesBot.load(ROOT / "examples" / "cloud_sales", f"sqlite:///{tmp_path}/events.sqlite")) as bot:
        async with running(Understander(bot)) as (client, address, _):
            ours = [(await client.post("/model/parse", json={"text": text})).json() for text in TEXTS]
            theirs = await asked(tmp_path, address)
    assert theirs["version"] == "3.6.21"
    for our, their in zip(ours, theirs["parsed"], strict=True):
        assert their["text"] == our["text"]
        assert their["intent"] == our["intent"]
        assert their["intents"] == our["intents"]
        assert [seen(entity) for entity in their["entities"]] == [seen(entity) for entity in our["entities"]]
        assert {entity["extractor"] for entity in their["entities"]} <= {"XiangyinNLU"}
        assert their["intent_ranking"][0]["name"] in (our["intent"]["name"], our["intent_ranking"][0]["name"])
    # Rasa's own rules, slots and tracker go by it.
    assert theirs["said"][0] == ["报价给您(year)"]
    assert theirs["slots"]["billing_period"] == "year"
    assert theirs["latest_message"]["intents"][0]["name"] == "price_inquiry"
    # Without a server: nothing understood, one warning.
    assert [one["intent"]["name"] for one in theirs["silent"]] == [None] * len(TEXTS)
    assert [one["entities"] for one in theirs["silent"]] == [[]] * len(TEXTS)
    assert len(theirs["warnings"]) == 1
    # And the server as endpoints.yml's `nlu: {url}`, without the component.
    assert theirs["as_endpoint"] == ours


async def asked(folder: Path, address: str) -> dict[str, Any]:
    """What Rasa made of the texts, with this gateway as its server."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    order = {"bot": "bot", "url": f"http://{address}", "nowhere": nowhere, "texts": TEXTS}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1"}
    script = Path(__file__).with_name("ask_rasa.py")
    rasa = await asyncio.create_subprocess_exec(
        str(ROOT / PYTHON), script, cwd=folder, env=environment, stdin=-1, stdout=-1, stderr=-1
    )  # -1 is subprocess.PIPE
    out, err = await asyncio.wait_for(rasa.communicate(json.dumps(order).encode()), TRAINING_S)
    assert rasa.returncode == 0, err.decode()[-3000:]
    answer: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return answer


def seen(entity: dict[str, Any]) -> tuple[object, ...]:
    """An entity's part that both sides have."""
    return tuple(entity.get(key) for key in ("entity", "start", "end", "value", "confidence_entity", "role", "group"))
