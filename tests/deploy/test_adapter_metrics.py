"""What /metrics tells of trials and model servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from deploy.adapter_metrics import AdapterMetrics
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.opening import add, watch_of
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.adapters.watch import Watch
from dialogue.bot_files import load_bot
from dialogue.events import HandedOver, SessionEnded, SessionStarted
from dialogue.state import DialogueState
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter_folder, entry

MOOD = Path(__file__).parents[1] / "data/bots/mood"


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    read = load_bot(MOOD)
    settings = AdapterSettings("north", str(tmp_path / "kept"), replicas=("http://127.0.0.1:9/v1",))
    bot = replace(read, settings=replace(read.settings, adapters=settings))
    with closing(EventStore("sqlite://")) as store:
        registry = Registry(store, "north")
        add(bot, registry, tmp_path, *entry(adapter_folder(tmp_path / "trained"), "v1.0-sales"))
        registry.split("v1.0-sales", 50)
        opened = watch_of(bot, Adapters(registry, settings, "base"))
        opened._stopping.set()  # so that no pause between tries is waited for
        yield opened
        opened.close()


def test_arms_bounds_and_servers_are_told_and_what_is_over_is_not(watch: Watch) -> None:
    registry, store = CollectorRegistry(), watch.adapters.registry.store
    watch.told = AdapterMetrics(registry).take
    for number in range(80):
        told = watch.adapters.choose(f"call-{number}", DialogueState("c")).event
        assert told is not None
        store.append(f"call-{number}", [SessionStarted(), told, HandedOver("x"), SessionEnded("hangup")])
    watch.round()
    text = generate_latest(registry).decode()
    counts = [line for line in text.splitlines() if line.startswith("xiangyin_adapter_conversations{")]
    assert sum(float(line.rsplit(" ", 1)[1]) for line in counts) == 80
    assert 'xiangyin_adapter_metric{adapter="v1.0-sales",arm="trial",metric="hand_over"} 1.0' in text
    assert 'xiangyin_adapter_harm_bound{adapter="v1.0-sales",metric="guard"}' in text
    assert 'xiangyin_adapter_replica_faults{replica="1"} 1.0' in text
    assert "call-" not in text
    watch.adapters.registry.promote("v1.0-sales")
    watch.round()
    assert "xiangyin_adapter_conversations{" not in generate_latest(registry).decode()
