"""A bot with adapters, from their files to the model servers, and a trial that does harm to its end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.adapters.adapter import RegistryError
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.opening import add, swap, watch_of
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings, TrialSettings
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot, load_bot
from dialogue.events import AdapterReplied, Event, HandedOver, SessionEnded, SessionStarted, SlotSet
from dialogue.state import DialogueState
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter_folder, entry
from tests.dialogue.adapters.vllm_server import Vllm, vllm

MOOD = Path(__file__).parents[2] / "data/bots/mood"
LINE = ("v1.2-sales", "v1.3-sales")


@pytest.fixture
def server() -> Iterator[Vllm]:
    with vllm() as served:
        yield served


@pytest.fixture
def store() -> Iterator[EventStore]:
    with closing(EventStore("sqlite://")) as opened:
        yield opened


@pytest.fixture
def bot(tmp_path: Path, server: Vllm) -> Bot:
    found = load_bot(MOOD)
    folder = str(tmp_path / "kept")
    settings = AdapterSettings("north", folder, replicas=(server.url,), trial=TrialSettings(decide_by=100))
    return replace(found, settings=replace(found.settings, adapters=settings))


@pytest.fixture
def watch(bot: Bot, store: EventStore, tmp_path: Path) -> Iterator[Watch]:
    registry = Registry(store, "north")
    for number, name in enumerate(LINE):
        folder = adapter_folder(tmp_path / f"trained-{number}", f"weights {number}")
        add(bot, registry, folder, *entry(folder, name))
    opened = watch_of(bot, Adapters(registry, bot.settings.adapters, "base"))
    yield opened
    opened.close()


def test_model_servers_hold_what_is_live_and_on_trial_also_after_a_restart(watch: Watch, server: Vllm) -> None:
    registry = watch.adapters.registry
    watch.round()
    assert server.held == {}
    registry.promote("v1.2-sales")
    registry.split("v1.3-sales", 10)
    watch.round()
    assert [name.split("@")[0] for name in sorted(server.held)] == ["north/v1.2-sales", "north/v1.3-sales"]
    server.restart()
    watch.round()
    assert len(server.held) == 2
    assert all(drift.settled for drift in watch.drifts)
    for name, path in server.held.items():
        assert path.endswith(name.split("/", 1)[1])


def test_an_adapter_whose_files_were_changed_is_not_loaded(watch: Watch, server: Vllm, tmp_path: Path) -> None:
    watch.adapters.registry.promote("v1.2-sales")
    (weights,) = (tmp_path / "kept" / "north").glob("v1.2-sales@*/adapter_model.safetensors")
    weights.write_bytes(b"others")
    watch.round()
    assert server.held == {}
    assert watch.drifts[0].faults == ("v1.2-sales is not loaded: its files are not those that were added; add the adapter again",)


def test_a_trial_that_does_harm_is_rolled_back_and_its_conversations_with_it(watch: Watch, store: EventStore) -> None:
    registry, rng = watch.adapters.registry, random.Random(1)
    registry.promote("v1.2-sales")
    registry.split("v1.3-sales", 50)
    watch.round()
    for number in range(300):
        store.append(f"call-{number}", conversation(watch.adapters, f"call-{number}", rng))
    watch.round()
    roster = watch.adapters.roster
    assert roster.trials == ()
    assert [one.status for one in roster.adapters] == ["live", "draft"]
    (ended,) = registry.ended_trials()
    assert ended.ended == "breach"
    assert ended.reason.startswith("hand_over +")
    assert watch.adapters.choose("call-1", DialogueState("call-1")).adapter == "v1.2-sales"


def test_a_trial_that_does_no_harm_goes_on_and_its_arms_are_told(watch: Watch, store: EventStore) -> None:
    registry = watch.adapters.registry
    registry.promote("v1.2-sales")
    registry.split("v1.3-sales", 50)
    watch.round()
    for number in range(120):
        told = watch.adapters.choose(f"call-{number}", DialogueState("c")).event
        assert told is not None
        replied = AdapterReplied(told.adapter, 300.0 + number % 7, "", 0.9)
        store.append(f"call-{number}", [SessionStarted(), told, replied, SessionEnded("hangup")])
    watch.round()
    (found,) = watch.reports
    assert found.verdict.breach is None
    assert found.verdict.look == 50
    assert sum(arm.conversations for arm in found.arms) == 120
    latency = next(one for one in found.arms[0].figures if one.metric == "latency_ms")
    assert latency.low < latency.value < latency.high
    assert latency.value == pytest.approx(303, abs=2)


def test_another_persona_is_let_in_in_mid_call(store: EventStore) -> None:
    store.append("call-1", [SessionStarted()], "v7")
    swap(store, "call-1", {"persona": "expert"})
    assert store.events("call-1")[-1] == SlotSet("persona", "expert")
    for conversation_id, slots in (("call-2", {"persona": "expert"}), ("call-1", {}), ("call-1", {"persona": "../expert"})):
        with pytest.raises(ValueError, match=r"no conversation|say who|persona"):
            swap(store, conversation_id, slots)


def test_an_adapter_of_another_base_never_gets_in(bot: Bot, store: EventStore, tmp_path: Path) -> None:
    held = replace(bot.settings.adapters, base_hash="ff" * 32)
    other = replace(bot, settings=replace(bot.settings, adapters=held))
    folder = adapter_folder(tmp_path / "trained")
    with pytest.raises(RegistryError, match="trained on another base"):
        add(other, Registry(store, "north"), folder, *entry(folder, "v1.0-sales"))
    assert not (tmp_path / "kept").exists()


def conversation(adapters: Adapters, name: str, rng: random.Random) -> list[Event]:
    told = adapters.choose(name, DialogueState(name)).event
    assert told is not None
    handed: list[Event] = [HandedOver("asked for")] if rng.random() < (0.75 if told.arm == "trial" else 0.25) else []
    return [SessionStarted(), told, *handed, SessionEnded("hangup")]
