"""Programs that run as long as we do."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.llm_server.child import Child, told_why

ROOT = Path(__file__).parents[3]
VLLM_S_WORDS = """\
(EngineCore pid=7) ERROR 11-22 14:10:43 [core.py:1] EngineCore failed to start.
(EngineCore pid=7) ERROR 11-22 14:10:43 [core.py:1] Traceback (most recent call last):
(EngineCore pid=7) ERROR 11-22 14:10:43 [core.py:1] ValueError: The checkpoint has model type `chatglm`
(EngineCore pid=7) Process EngineCore:
Traceback (most recent call last):
RuntimeError: Engine core initialization failed. See root cause above.
""".splitlines()


def test_the_cause_and_the_last_error_are_told() -> None:
    assert told_why(VLLM_S_WORDS) == (
        "ValueError: The checkpoint has model type `chatglm` | "
        "RuntimeError: Engine core initialization failed. See root cause above."
    )


@pytest.mark.parametrize(("lines", "told"), [((), "it said nothing"), (("one", "", "two"), "one | two")])
def test_without_an_error_the_last_lines_are_told(lines: tuple[str, ...], told: str) -> None:
    assert told_why(lines) == told


def test_a_program_that_ends_by_itself_leaves_its_words() -> None:
    child = Child([sys.executable, "-c", "print('error: no such weights'); raise SystemExit(3)"], {})
    child._process.wait()
    assert (child.status, child.why()) == (3, "error: no such weights")
    child.end()


ENGINE = "import socket, sys; line = socket.create_connection(('127.0.0.1', int(sys.argv[1])));"
"""A program that holds a line to the test, which so hears of its end."""
SERVER = f"import subprocess; engine = subprocess.Popen([sys.executable, '-c', {ENGINE + 'line.recv(1)'!r}, sys.argv[1]]);"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def ended(line: socket.socket) -> bool:
    with line:
        line.settimeout(60)
        return line.recv(1) == b""


def test_what_a_program_started_ends_with_it_though_it_was_killed(listener: socket.socket) -> None:
    """vLLM's engine and worker do not notice that their server was killed."""
    child = Child([sys.executable, "-c", f"{ENGINE} {SERVER} input()", str(listener.getsockname()[1])], {})
    child._process.wait()  # input() finds no terminal
    lines = [listener.accept()[0] for _ in range(2)]
    child.end()
    assert all(ended(line) for line in lines)


def test_a_program_and_what_it_started_end_with_a_parent_that_was_killed(listener: socket.socket) -> None:
    command = [sys.executable, "-c", f"{ENGINE} {SERVER} line.recv(1)", str(listener.getsockname()[1])]
    starter = f"import sys; from deploy.llm_server.child import Child; child = Child({command!r}, {{}}); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, stdin=subprocess.PIPE) as parent:
        lines = [listener.accept()[0] for _ in range(2)]
        parent.kill()
    assert all(ended(line) for line in lines)


def test_the_watch_ends_with_an_orderly_end() -> None:
    child = Child([sys.executable, "-c", "input()"], {})
    watch = child._watch._shell
    child.end()
    child.end()
    assert watch.returncode == 0
