"""sherpa-onnx itself, on a model of a few bytes that hears 好 in any sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asr.adapters.sherpa import SherpaRecogniser, is_sherpa
from asr.recogniser import RecogniserError

pytest.importorskip("sherpa_onnx", reason="needs sherpa-onnx: pip install 'xiangyin[sherpa]'")
onnx = pytest.importorskip("onnx", reason="needs onnx: pip install 'xiangyin[train]'")


def write_model(folder: Path, kind: str) -> None:
    """A CTC model over 80 mel bands whose scores do not depend on them: blank, <unk>, 好, the last the likeliest."""
    from onnx import TensorProto, helper, numpy_helper

    weights = numpy_helper.from_array(np.zeros((80, 3), np.float32), "w")
    scores = numpy_helper.from_array(np.array([-5.0, -5.0, -0.1], np.float32), "b")
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["y"]),
        helper.make_node("Add", ["y", "b"], ["log_probs"]),
        helper.make_node("Identity", ["x_lens"], ["log_probs_len"]),
    ]
    graph = helper.make_graph(
        nodes,
        "ctc",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", 80]),
            helper.make_tensor_value_info("x_lens", TensorProto.INT64, ["N"]),
        ],
        [
            helper.make_tensor_value_info("log_probs", TensorProto.FLOAT, ["N", "T", 3]),
            helper.make_tensor_value_info("log_probs_len", TensorProto.INT64, ["N"]),
        ],
        [weights, scores],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for key, value in {"model_type": kind, "subsampling_factor": "1", "vocab_size": "3"}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    (folder / "tokens.txt").write_text("<blk> 0\n<unk> 1\n好 2\n", encoding="utf-8")


def test_a_turn_is_heard_and_silence_is_not(tmp_path: Path) -> None:
    write_model(tmp_path, "wenet_ctc")
    assert is_sherpa(tmp_path)
    recogniser = SherpaRecogniser(tmp_path)
    heard = recogniser.transcribe(np.sin(np.arange(16000) / 20).astype(np.float32) * 0.3)
    assert (heard.text, heard.dialect) == ("好", "cmn")
    assert 0 < heard.confidence <= 1
    assert recogniser.transcribe(np.zeros(16000, np.float32)).text == ""


def test_a_kind_that_is_not_known_is_named(tmp_path: Path) -> None:
    write_model(tmp_path, "telepathy")
    with pytest.raises(RecogniserError, match=r"model.onnx: its metadata says model_type 'telepathy'; known are sense_voice_ctc"):
        SherpaRecogniser(tmp_path)


def test_a_folder_without_a_model_is_told_what_one_is(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match=r"tokens.txt beside model.onnx"):
        SherpaRecogniser(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"nothing")
    (tmp_path / "tokens.txt").write_text("a 0\n", encoding="utf-8")
    with pytest.raises(RecogniserError, match="not an ONNX model"):
        SherpaRecogniser(tmp_path)
