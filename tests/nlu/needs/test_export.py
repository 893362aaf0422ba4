"""The network in ONNX says what the network in torch says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from nlu.needs import export
from nlu.needs.network import NeedsNetwork, Shape


@pytest.mark.parametrize("layers", [1, 2])
def test_cuts_and_labels_are_those_of_torch_for_sentences_of_any_length(layers: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = NeedsNetwork(Shape(vocabulary=50, labels=4, width=8, layers=layers)).eval()
    export.write({name: values.detach().numpy() for name, values in network.state_dict().items()}, tmp_path / "n.onnx")
    ids = np.random.default_rng(0).integers(0, 51, (3, 6, 5)).astype(np.int32)
    lengths = np.array([6, 2, 4], dtype=np.int32)
    session = onnxruntime.InferenceSession(str(tmp_path / "n.onnx"), providers=["CPUExecutionProvider"])
    cuts, labels = session.run(["cuts", "labels"], {"ids": ids, "lengths": lengths})
    with torch.no_grad():
        odds, logits = network(torch.from_numpy(ids.astype(np.int64)), torch.from_numpy(lengths.astype(np.int64)))
    for row, length in enumerate(lengths.tolist()):
        assert cuts[row, :length] == pytest.approx(odds[row, :length].numpy(), abs=0.01)
        assert labels[row, :length] == pytest.approx(logits[row, :length].numpy(), abs=0.01)
