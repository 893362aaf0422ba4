"""A training in two processes, as torchrun and accelerate start them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml


def trained_by_two(config: Mapping[str, object], folder: Path) -> subprocess.CompletedProcess[str]:
    """`xiangyin train` of this config, written into `folder`, in two processes that share its batches. It must succeed, and one
    of the two alone tell so."""
    file = folder / "train.yaml"
    file.write_text(yaml.safe_dump(dict(config)), encoding="utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    launch += ["-m", "deploy.cli", "train", str(file)]
    done = subprocess.run(launch, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("the model lies in") == 1
    return done
