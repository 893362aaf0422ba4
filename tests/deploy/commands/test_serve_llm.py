"""The command that serves a language model: what it refuses, and one run from the registry to its orderly end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.cli import main
from dialogue.adapters.opening import adapters_of, add
from dialogue.bot_files import load_bot
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter_folder, entry
from tests.dialogue.adapters.vllm_server import vllm

MOOD = Path(__file__).parents[2] / "data/bots/mood"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """Its registry has one live adapter."""
    folder = tmp_path / "shop"
    for path in MOOD.rglob("*.yml"):
        (folder / path.relative_to(MOOD)).parent.mkdir(parents=True, exist_ok=True)
        (folder / path.relative_to(MOOD)).write_text(path.read_text("utf-8"), "utf-8")
    (folder / "bot.yml").write_text("adapters: {tenant: north}\n", "utf-8")
    read = load_bot(folder)
    with closing(EventStore(read.settings.store_url(folder))) as store:
        adapters = adapters_of(read, store)
        assert adapters is not None
        trained = adapter_folder(tmp_path / "warm")
        add(read, adapters.registry, trained, *entry(trained, "v1.0-warm"))
        adapters.registry.promote("v1.0-warm")
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"max_position_embeddings": 512}), "utf-8")
    return folder


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """What it says on standard error of a line that it refuses."""
    assert main(["serve-llm", *map(str, words)]) == 2
    return capsys.readouterr().err


def test_what_is_missing_is_told_in_one_line(bot: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "say what to serve: a bot's folder, or a base with --base" in refused(capsys)
    assert "bot.yml names no base" in refused(capsys, bot)
    assert "vLLM is not installed there; `make vllm` does so" in refused(
        capsys, "--base", base, "--environment", tmp_path / "nowhere"
    )
    assert "xiangyin export" in refused(capsys, "--base", base, "--engine", "llama.cpp")
    assert "there is no such folder" in refused(capsys, "--base", base, "--adapter", "warm=nowhere")
    assert "--url needs a bot with adapters" in refused(capsys, "--url", "http://127.0.0.1:9/v1")


def test_an_adapter_of_another_base_is_told_before_anything_starts(
    bot: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(capsys, bot, "--base", base)
    assert "adapter 'v1.0-warm' was trained on another base (abababababab...)" in told
    assert "Traceback" not in told


def test_from_the_registry_to_an_orderly_end(bot: Path, base: Path, tmp_path: Path) -> None:
    """vLLM's environment is one whose program is a stand-in: what the command does around it is the same."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (base / "model.gguf").touch()  # so its hash is what a card says, and there is none: nothing to compare
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    stand_in = Path(__file__).parents[1] / "llm_server" / "stand_in.py"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} {stand_in} {port}\n", "utf-8")
    python.chmod(0o755)
    words = ["serve-llm", str(bot), "--base", str(base), "--port", str(port), "--environment", str(tmp_path / "venv")]
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, told = process.communicate(timeout=60)
    assert f"http://127.0.0.1:{port}/v1  base + north/v1.0-warm@" in ready
    assert (process.returncode, rest) == (0, "")
    assert "loaded north/v1.0-warm@" in told
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0


def test_servers_elsewhere_are_only_looked_after(bot: Path) -> None:
    with vllm() as one, vllm() as other:
        words = ["serve-llm", str(bot), "--url", one.url, "--url", other.url]
        process = subprocess.Popen([sys.executable, "-m", "deploy.cli", *words], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 0
        assert sum("loaded north/v1.0-warm@" in line for line in told) == 2
        assert [name.partition("@")[0] for server in (one, other) for name in server.held] == ["north/v1.0-warm"] * 2
