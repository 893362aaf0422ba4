"""The encoder by itself: spans, sounds, and the same states in torch and in ONNX."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.model_folder import ModelError
from nlu.student.encoder import StudentEncoder
from nlu.student.folder import Settled, Trained, save
from nlu.student.inputs import Inputs, build
from nlu.student.network import Shape, StudentNetwork
from nlu.student.sounds import dictionaries

TEXTS = ("我要云服务器", "这个多少钱一年", "能不能便宜点", "要ERP对接")


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudentNetwork, Inputs, Path]:
    torch.manual_seed(0)
    inputs = build(TEXTS, dictionaries(), marks=True, least={})
    network = StudentNetwork(Shape(len(inputs.vocabulary), 3, width=64)).eval()
    folder = tmp_path_factory.mktemp("student")
    state = {name: values.detach().numpy() for name, values in network.state_dict().items()}
    save(Trained(state, inputs, Settled(("a", "b", "c"))), {"runtime": "student"}, folder)
    return network, inputs, folder


@pytest.mark.parametrize(("file", "near"), [("model.onnx", 0.05), ("model.int4.onnx", 0.2)])
def test_the_quantised_files_give_the_states_of_the_network(
    untrained: tuple[StudentNetwork, Inputs, Path], file: str, near: float
) -> None:
    network, inputs, folder = untrained
    read = inputs.read("我要云服务器多少钱")
    with torch.no_grad():
        hidden, _ = network(torch.from_numpy(read.ids))
    seen = StudentEncoder.load(folder / file).see("我要云服务器多少钱")
    assert np.abs(seen.hidden - hidden.numpy()).mean() < near


def test_every_character_has_the_state_of_its_token_and_spaces_have_none(
    untrained: tuple[StudentNetwork, Inputs, Path],
) -> None:
    states = StudentEncoder.load(untrained[2]).encode("要 ERP吗")
    assert states.shape == (6, 64)
    assert not states[1].any()
    assert (states[2] == states[4]).all()


def test_a_pooled_span_has_length_one_and_nothing_pools_to_zeros(untrained: tuple[StudentNetwork, Inputs, Path]) -> None:
    encoder = StudentEncoder.load(untrained[2])
    states = encoder.encode("我要云服务器")
    assert np.linalg.norm(encoder.pool(states, 2, 6)) == pytest.approx(1.0, abs=1e-4)
    assert not encoder.pool(states, 3, 3).any()
    assert encoder.encode("").shape == (0, 64)


def test_a_homophone_is_nearer_than_another_word(untrained: tuple[StudentNetwork, Inputs, Path]) -> None:
    encoder = StudentEncoder.load(untrained[2])
    said, heard, other = (encoder.pool(encoder.encode(text), 0, 6) for text in ("我要云服务器", "我要允服务气", "能不能便宜点"))
    assert said @ heard > said @ other + 0.2


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no trained model"):
        StudentEncoder.load(tmp_path)
