from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from asr.manifest import Clip, tone_of, toneless  # noqa: E402
from asr.training.batches import collate, label  # noqa: E402
from asr.training.extend import extend  # noqa: E402
from asr.training.losses import phone_loss  # noqa: E402
from asr.training.network import SHAPES, TONES, build, load  # noqa: E402
from asr.training.settings import AsrTraining  # noqa: E402

MA = Clip(Path("ma.wav"), "马", "cmn", "a", 1.0, ("m", "a3"))
LV = Clip(Path("lv.wav"), "绿", "cmn", "a", 1.0, ("l", "v4"))


def test_a_phone_is_parted_from_its_tone() -> None:
    assert [(toneless(phone), tone_of(phone)) for phone in ("iou3", "j", "yue:aa6")] == [("iou", 3), ("j", 0), ("yue:aa", 6)]


def test_labels_hold_tones_beside_units_or_within_them() -> None:
    vocabulary = build(SHAPES["tiny-zh"], "马绿", ["a", "l", "m", "v"], 0.0).vocabulary
    beside = label([MA, LV], vocabulary, ["a", "l", "m", "v"])
    assert beside.phones == ((3, 1), (2, 4))
    assert beside.tones == ((0, 3), (0, 4))
    within = label([MA], vocabulary, ["a3", "m"])
    assert (within.phones, within.tones) == (((2, 1),), ((0, 0),))


def test_the_loss_of_phones_with_tones_is_theirs_times_that_of_the_tone() -> None:
    """One frame a phone, so that only one alignment is there: its probability is a product."""
    phones = torch.log(torch.tensor([[[0.1, 0.1, 0.8], [0.2, 0.7, 0.1]]]))
    tones = torch.full((1, 2, TONES), -100.0)
    tones[0, 1, 2], tones[0, 1, 3] = torch.log(torch.tensor([0.6, 0.4]))
    labels = label([MA], build(SHAPES["tiny-zh"], "马", ["a", "m"], 0.0).vocabulary, ["a", "m"])
    said = collate([0], [np.zeros((4, 80), np.float32)], labels, end=0)
    assert float(phone_loss(phones, said, tones)) == pytest.approx(-float(torch.tensor(0.8 * 0.7 * 0.6).log()) / 2, abs=1e-4)
    assert float(phone_loss(phones, said)) == pytest.approx(-float(torch.tensor(0.8 * 0.7).log()) / 2, abs=1e-4)


def test_a_model_gets_a_head_for_tones_and_keeps_it(tmp_path: Path) -> None:
    network = build(SHAPES["tiny-zh"], "马", ["a", "m"], 0.0)
    told = extend(network, "马", ["a", "m"], tones=True)
    assert network.tone_head is None
    assert told.tone_head is not None
    assert torch.equal(told.ctc_head.weight, network.ctc_head.weight)
    told.save(tmp_path)
    again = extend(load(str(tmp_path), 0.0), "马绿", ["a", "l", "m", "v"], tones=True)
    assert again.tone_head is not None
    assert torch.allclose(again.tone_head.weight, told.tone_head.weight, atol=1e-3), "written in half precision"


def test_tones_are_told_in_one_place() -> None:
    with pytest.raises(ValueError, match="set one of the two"):
        AsrTraining(manifests=(Path("a"),), output_dir=Path("b"), tones=True, phone_tones=True)
