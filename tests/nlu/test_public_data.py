"""Figures on public data, where the environment says that they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nlu.data_files import read_examples
from nlu.evaluate import evaluate_intents
from nlu.parser import load
from nlu.train import IntentTraining, train_from_files

DATA = os.environ.get("XIANGYIN_DATA")


@pytest.mark.skipif(not DATA, reason="XIANGYIN_DATA names no folder of public data")
def test_short_commands_of_31_intents_are_told_apart(tmp_path: Path) -> None:
    folder = Path(DATA or "") / "intents" / "smp2017"
    train_from_files(IntentTraining("intent", (folder / "train.jsonl",), tmp_path / "model", compound=False))
    figures = evaluate_intents(read_examples(folder / "dev.jsonl"), load(tmp_path / "model")).figures
    assert figures["n"] == 770
    assert float(str(figures["accuracy"])) >= 0.90
