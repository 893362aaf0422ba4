from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.callers import QUIET, said
from benchmarks.edge import Figure, memory_mb

CONFINED = """
import socket
from benchmarks import confine
print(confine.to_no_network(), confine.to_cores(2), confine.to_memory(8))
try:
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError:
    print("no way out")
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
    print("loopback")
"""


def test_what_is_confined_has_no_way_out_but_the_loopback() -> None:
    done = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True)
    assert "no way out" in done.stdout
    assert "loopback" in done.stdout


def test_a_bound_is_part_of_what_is_allowed() -> None:
    assert Figure("ms", 10.0, 10).holds
    assert not Figure("ms", 10.1, 10).holds


def test_memory_counts_the_children() -> None:
    alone, _ = memory_mb(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        both, peak = memory_mb(os.getpid())
        child.communicate(b"\n")
    assert both > alone + 5
    assert peak >= both


@pytest.mark.parametrize("number", [0, 4])
def test_a_caller_s_last_sample_is_speech(number: int) -> None:
    sound = said(number)
    assert abs(float(sound[-1])) > QUIET
    assert 0.8 < len(sound) / 8000 < 8
    assert np.abs(sound).max() <= 1
