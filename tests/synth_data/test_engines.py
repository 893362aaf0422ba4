"""The same corpus on this machine's cores and on Ray."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = """
output_dir: {folder}
utterances: 7
seed: 5
dialects: {{cmn: 0.5, yue: 0.5}}
kinds: {{single: 0, compound: 0, small: 1, words: 0, digits: 0}}
jobs: 1
"""


def made(folder: Path, *options: str) -> dict[str, bytes]:
    """What `xiangyin synth` writes, by file name; in a process of its own, for Ray's threads outlive the test."""
    config = folder.with_suffix(".yaml")
    config.write_text(CONFIG.format(folder=folder), "utf-8")
    command = [sys.executable, "-m", "deploy.cli", "synth", str(config), *options]
    environment = {**os.environ, "RAY_ADDRESS": "", "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (the extra 'ray')")
def test_ray_gives_the_same_files_byte_for_byte(tmp_path: Path) -> None:
    here, ray = made(tmp_path / "here"), made(tmp_path / "ray", "--engine", "ray")
    assert "audio/00000.tar" in here
    assert here == ray
