"""Programs that run as long as we do."""

from __future__ import annotations

import os
import sys

import pytest

from deploy.llm_server.child import Child, told_why

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


def test_what_a_program_started_ends_with_it_though_it_was_killed() -> None:
    """vLLM's engine and worker do not notice that their server was killed."""
    script = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid); input()"
    )
    told: list[str] = []
    child = Child([sys.executable, "-c", script], {}, told.append)
    child._process.wait()  # input() finds no terminal
    grandchild = int(told[0])
    os.kill(grandchild, 0)
    child.end()
    assert not alive(grandchild)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
