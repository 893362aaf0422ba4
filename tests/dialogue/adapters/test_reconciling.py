"""Model servers are brought to what is wanted, over vLLM's own protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

import pytest

from dialogue.adapters.reconciling import ReplicaError, VllmReplica, Wanted, reconcile
from tests.dialogue.adapters.folders import adapter_folder
from tests.dialogue.adapters.vllm_server import Vllm, vllm

OURS, OTHERS = "north/v1.2-sales@aaaaaaaaaaaa", "south/v1.0-sales@bbbbbbbbbbbb"


@pytest.fixture
def server() -> Iterator[Vllm]:
    with vllm() as served:
        yield served


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    return Wanted(OURS, PurePosixPath(adapter_folder(tmp_path / "sales")))


def no_pause(_seconds: float) -> None:
    """Virtual time."""


def test_what_is_missing_is_loaded_and_a_second_round_changes_nothing(server: Vllm, wanted: Wanted) -> None:
    with closing(VllmReplica(server.url)) as replica:
        assert reconcile(replica, [wanted], "north", no_pause).loaded == (OURS,)
        again = reconcile(replica, [wanted], "north", no_pause)
    assert (again.loaded, again.unloaded, again.settled) == ((), (), True)
    assert server.held == {OURS: str(wanted.path)}
    assert server.asked == ["GET /v1/models", "POST /v1/load_lora_adapter", "GET /v1/models"]


def test_a_server_that_was_restarted_gets_its_adapters_back(server: Vllm, wanted: Wanted) -> None:
    with closing(VllmReplica(server.url)) as replica:
        reconcile(replica, [wanted], "north", no_pause)
        server.restart()
        assert reconcile(replica, [wanted], "north", no_pause).loaded == (OURS,)


def test_what_is_no_longer_wanted_goes_and_what_is_another_tenants_stays(server: Vllm) -> None:
    server.held |= {OURS: "/a", OTHERS: "/b", "north-cloud/v1-sales@c": "/c", "plain": "/d"}
    with closing(VllmReplica(server.url)) as replica:
        drift = reconcile(replica, [], "north", no_pause)
    assert drift.unloaded == (OURS,)
    assert set(server.held) == {OTHERS, "north-cloud/v1-sales@c", "plain"}


def test_a_server_that_is_busy_is_asked_again_so_often_and_no_oftener(server: Vllm, wanted: Wanted) -> None:
    pauses: list[float] = []
    server.fails = 2
    with closing(VllmReplica(server.url)) as replica:
        assert reconcile(replica, [wanted], "north", pauses.append).settled
        assert pauses == [0.5, 1.0]
        server.fails = 100
        drift = reconcile(replica, [wanted], "north", pauses.append)
    assert drift.faults == ("answered 503",)
    assert len(pauses) == 4


def test_a_server_that_is_away_is_told_and_harms_nobody(wanted: Wanted) -> None:
    with closing(VllmReplica("http://127.0.0.1:9/v1")) as replica:
        drift = reconcile(replica, [wanted], "north", no_pause)
    assert drift.faults == ("does not answer (ConnectError)",)


@pytest.mark.parametrize(
    ("options", "rank", "told"),
    [
        ({"updates": False}, 8, "start it with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"),
        ({"max_rank": 4}, 8, "answered 500: LoRA rank 8 is greater than max_lora_rank 4."),
    ],
)
def test_a_server_that_refuses_says_why(tmp_path: Path, options: dict[str, object], rank: int, told: str) -> None:
    folder = adapter_folder(tmp_path / "sales", rank=rank)
    with vllm(**options) as server, closing(VllmReplica(server.url)) as replica:
        (fault,) = reconcile(replica, [Wanted(OURS, PurePosixPath(folder))], "north", no_pause).faults
    assert fault.startswith(f"{OURS} is not loaded: ")
    assert told in fault


def test_files_that_the_server_does_not_see_are_told(server: Vllm) -> None:
    with closing(VllmReplica(server.url)) as replica:
        (fault,) = reconcile(replica, [Wanted(OURS, PurePosixPath("/nowhere"))], "north", no_pause).faults
    assert "No adapter found for /nowhere" in fault


def test_two_processes_at_once_load_an_adapter_once(server: Vllm, wanted: Wanted) -> None:
    with closing(VllmReplica(server.url)) as replica:
        replica.load(wanted)
        replica.load(wanted)  # the other one was faster
        replica.unload(OURS)
        replica.unload(OURS)
    assert not server.held


def test_the_key_comes_from_the_environment_and_is_never_told(server: Vllm) -> None:
    with closing(VllmReplica(server.url, "LLM_KEY", {"LLM_KEY": "secret"})) as replica:
        replica.adapters()
    assert server.keys == ["Bearer secret"]
    with closing(VllmReplica(server.url, "LLM_KEY", {})) as replica, pytest.raises(ReplicaError, match="'LLM_KEY' is not set"):
        replica.adapters()


@pytest.mark.skipif("XIANGYIN_VLLM_URL" not in os.environ, reason="needs a real vLLM: XIANGYIN_VLLM_URL, XIANGYIN_VLLM_ADAPTER")
def test_a_real_vllm_loads_lists_and_unloads(tmp_path: Path) -> None:
    folder = PurePosixPath(os.environ.get("XIANGYIN_VLLM_ADAPTER", str(tmp_path)))
    with closing(VllmReplica(os.environ["XIANGYIN_VLLM_URL"])) as replica:
        before = replica.adapters()
        wanted = Wanted("test-tenant/v1.0-reconciling@0123456789ab", folder)
        assert reconcile(replica, [wanted], "test-tenant").loaded == (wanted.name,)
        assert reconcile(replica, [wanted], "test-tenant").loaded == ()
        assert replica.adapters() == before | {wanted.name}
        replica.load(wanted)  # loaded already, and no fault
        missing = Wanted("test-tenant/v1.0-missing@0123456789ab", PurePosixPath("/nowhere"))
        (fault,) = reconcile(replica, [wanted, missing], "test-tenant").faults
        assert "/nowhere" in fault
        assert reconcile(replica, [], "test-tenant").unloaded == (wanted.name,)
        replica.unload(wanted.name)  # gone already, and no fault
        assert replica.adapters() == before
