"""The example configs of recognisers can be read, and say what they mean."""

from pathlib import Path

import pytest

from asr.gate import Gate
from asr.training.settings import AsrTraining
from deploy.training import read_config
from dialogue.yaml_file import fill, read

FOLDER = Path(__file__).parents[2] / "examples/asr"
CONFIGS = sorted(file for file in FOLDER.glob("*.yaml") if file.name != "gate.yaml")


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_each_config_is_a_training(file: Path) -> None:
    config = fill(AsrTraining, read_config(file), file.name)
    assert config.output_dir.resolve().is_relative_to(FOLDER.parents[1] / "build" / "models")


def test_what_begins_with_a_base_holds_to_its_mandarin() -> None:
    for name in ("dialect", "new_dialect", "whisper_small"):
        assert fill(AsrTraining, read_config(FOLDER / f"{name}.yaml"), name).keep_mandarin > 0
    base = fill(AsrTraining, read_config(FOLDER / "mandarin.yaml"), "mandarin")
    assert (base.dialects, base.init_from) == (("cmn",), None)


def test_the_gate_bounds_every_dialect_and_what_mandarin_may_lose() -> None:
    gate = fill(Gate, read(FOLDER / "gate.yaml"), "a gate")
    assert gate.mandarin_loss == 0.002
    assert all(gate.cer[code] == 0.11 for code in ("cmn", "yue", "cmn-sichuan", "cmn-wu"))
    assert "default" in gate.cer
