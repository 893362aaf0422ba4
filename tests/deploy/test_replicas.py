"""Several replicas of one bot on one store: the turns of a conversation never interleave, and each sees what the others did."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bot import BotParts, SalesBot
from dialogue.actions.catalogue import actions_of
from dialogue.bot_files import load_bot
from dialogue.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from dialogue.locks import locks_of
from dialogue.responses import DomainResponder
from dialogue.store import EventStore
from nlu.understanding import Understanding
from policies.ensemble import Ensemble
from tests.stores import KINDS, store_of

DOMAIN = """
version: "3.1"
intents: [price]
entities: [period]
slots:
  period: {type: text, mappings: [{type: from_entity, entity: period}]}
responses:
  utter_price: [{text: "每{period}100元"}]
  utter_ask_again: [{text: "没听清"}]
  utter_offer_person: [{text: "要转人工吗"}]
  utter_pass_on: [{text: "这就转"}]
  utter_hand_over: [{text: "转人工"}]
"""
RULES = """
version: "3.1"
rules:
- rule: price
  steps: [{intent: price}, {action: utter_price}]
"""
TURNS, REPLICAS, KILLS = 12, 3, 50
ROOT = Path(__file__).parents[2]


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "config.yml").write_text("recipe: default.v1\nlanguage: zh\npipeline: []\npolicies: []\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from store_of(request.param, tmp_path)


@pytest.fixture(params=["no shared locks", "redis"])
def locks(request: pytest.FixtureRequest) -> str:
    if request.param != "redis":
        return ""
    server = os.environ.get("XIANGYIN_TEST_REDIS")
    if not server:
        pytest.skip("no Redis: XIANGYIN_TEST_REDIS is not set; `make test-services` starts one")
    return server


@pytest.fixture
def replicas(folder: Path, url: str, locks: str) -> Iterator[list[SalesBot]]:
    bot = load_bot(folder)
    made = []
    for _ in range(REPLICAS):
        parts = (NothingUnderstood(), Ensemble.of(bot), actions_of(bot), DomainResponder(bot.domain))
        made.append(SalesBot(BotParts(bot, *parts, EventStore(url), locks_of(locks))))
    yield made
    for replica in made:
        replica.close()


def test_turns_of_one_conversation_on_several_replicas_never_interleave(replicas: list[SalesBot]) -> None:
    start = threading.Barrier(REPLICAS)

    def talk(number: int) -> None:
        start.wait()
        for turn in range(TURNS):
            replicas[number].turn("call", f'/price{{"period": "{number}-{turn}"}}')

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(REPLICAS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    turns = split(replicas[0].events("call"))
    assert sorted(said(turn) for turn in turns) == sorted(f"{n}-{t}" for n in range(REPLICAS) for t in range(TURNS))
    for turn in turns:
        assert [event.value for event in turn if isinstance(event, SlotSet)] == [said(turn)]
        assert [event.name for event in turn if isinstance(event, ActionExecuted)] == ["utter_price", "action_listen"]
    assert sum(isinstance(event, SessionStarted) for event in replicas[0].events("call")) == 1


def test_a_replica_knows_what_was_said_to_another(replicas: list[SalesBot]) -> None:
    replicas[0].turn("call", '/price{"period": "年"}')
    assert replicas[1].turn("call", "/price").text == "每年100元"
    replicas[1].turn("call", '/price{"period": "月"}')
    assert replicas[0].turn("call", "/price").text == "每月100元"


@pytest.fixture
def replica_process(folder: Path, url: str, locks: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.deploy.replica_process", str(folder), url, locks]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.kill()
        process.wait()


@pytest.mark.timeout(600)
def test_a_replica_killed_at_any_moment_loses_no_acknowledged_turn(
    replica_process: subprocess.Popen[str], replicas: list[SalesBot]
) -> None:
    chooser = random.Random(5)
    for kill in range(KILLS):
        conversation = f"killed-{kill}"
        acknowledged = killed(replica_process, conversation, after=chooser.randrange(4), pause_s=chooser.random() * 0.02)
        turns = split(replicas[0].events(conversation))
        assert [said(turn) for turn in turns][: acknowledged + 1] == [str(number) for number in range(acknowledged + 1)]
        assert len(turns) <= acknowledged + 2
        for turn in turns:
            assert [event.name for event in turn if isinstance(event, ActionExecuted)] == ["utter_price", "action_listen"]
    assert replicas[1].turn("killed-0", "/price").text.startswith("每")


def killed(process: subprocess.Popen[str], conversation: str, after: int, pause_s: float) -> int:
    """Let a child take turns, kill it a moment after it acknowledged one; the last one that it acknowledged."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{conversation}\n")
    process.stdin.flush()
    child, acknowledged = int(process.stdout.readline()), -1
    while acknowledged < after:
        acknowledged = int(process.stdout.readline())
    threading.Timer(pause_s, os.kill, (child, signal.SIGKILL)).start()
    while (line := process.stdout.readline().strip()) != "dead":
        acknowledged = int(line)
    return acknowledged


def split(events: tuple[Event, ...]) -> list[list[Event]]:
    """The events of each turn: from what was said on."""
    starts = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    return [list(events[start:end]) for start, end in zip(starts, [*starts[1:], len(events)], strict=True)]


def said(turn: list[Event]) -> str:
    assert isinstance(turn[0], UserUttered)
    return str(turn[0].understanding.entities[0].value)
