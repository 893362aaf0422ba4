"""A lead reaches the CRM though the CRM is away and the program is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.cli import main
from dialogue.outbox import verify
from tests.dialogue.outbox.receiver import receiving

ROOT = Path(__file__).parents[2]
SECRET = "fictitious"
WEBHOOKS = """
webhooks:
  crm: {{url: "{url}", secret_env: SHOP_CRM_SECRET, first_pause_s: 0.2, longest_pause_s: 0.2, attempts: 1000}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    return folder


@contextmanager
def running(bot: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The gateway, its address; killed at the end, if it still runs."""
    command = [sys.executable, "-m", "deploy.cli", "run", str(bot), "--port", "0", "--text-only"]
    environment = os.environ | {"SHOP_CRM_SECRET": SECRET}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = next(found for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            yield address.group(), process
        finally:
            process.kill()


def say(address: str, *texts: str) -> list[str]:
    said: list[str] = []
    for text in texts:
        answer = httpx.post(f"{address}/webhooks/rest/webhook", json={"sender": "wang", "message": text}, timeout=60)
        said += [one["text"] for one in answer.raise_for_status().json()]
    return said


def test_a_lead_outlives_a_kill_and_is_sent_once(shop: Path) -> None:
    file = shop / "bot.yml"
    with receiving(503) as crm:
        told = file.read_text("utf-8").replace("kind: lead\n", "kind: lead\n    to: crm\n")
        file.write_text(told + WEBHOOKS.format(url=crm.url), "utf-8")
        with running(shop) as (address, process):
            said = say(address, "我要下单", "我姓王,王女士", "13800001234")
            assert crm.came.wait(60), said
            process.send_signal(signal.SIGKILL)
            process.wait()
        refused = len(crm.asked)
        crm.statuses[:] = [200]
        crm.came.clear()
        _let_time_pass(shop)
        with running(shop) as (address, _):
            assert crm.came.wait(60)
            say(address, "谢谢")
        assert len(crm.asked) == refused + 1
    headers, body = crm.asked[-1]
    assert json.loads(body)["data"]["phone"] == "13800001234"
    assert verify(SECRET, headers["x-xiangyin-signature"], body, time.time())
    assert len({headers["idempotency-key"] for headers, _ in crm.asked}) == 1


def _let_time_pass(bot: Path) -> None:
    """A letter that a killed program was just sending is given to the next one after a while; here that is over."""
    with closing(sqlite3.connect(bot / ".xiangyin" / "conversations.sqlite")) as store:
        store.execute("UPDATE outbox SET due_at = 0 WHERE state IN ('waiting', 'sending')")
        store.commit()
