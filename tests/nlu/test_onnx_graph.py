"""Graphs written node by node, run by ONNX Runtime."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from nlu.onnx_graph import Graph, Port

ROWS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=np.float32)


def _run(graph: Graph, folder: Path, outputs: tuple[str, ...]) -> list[np.ndarray]:
    file = folder / "made.onnx"
    onnx.save(graph.model("made", [Port("rows", ("n", 2))], [Port(name, ("n", 2)) for name in outputs]), file)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return list(session.run(None, {"rows": ROWS}))


def test_neighbours_of_the_first_and_last_row_are_zeros(tmp_path: Path) -> None:
    graph = Graph()
    graph.add("Identity", graph.before("rows"), name="before")
    graph.add("Identity", graph.after("rows"), name="after")
    before, after = _run(graph, tmp_path, ("before", "after"))
    assert before.tolist() == [[0, 0], [1, 2], [3, 4]]
    assert after.tolist() == [[3, 4], [5, 6], [0, 0]]


def test_results_are_averaged_and_a_norm_is_the_one_of_torch(tmp_path: Path) -> None:
    graph = Graph()
    state = {"n.weight": np.array([2, 2], dtype=np.float32), "n.bias": np.array([1, 1], dtype=np.float32)}
    graph.add("Identity", graph.norm("rows", state, "n"), name="normal")
    graph.mean(["rows", graph.weight(ROWS + 2)], "mean")
    normal, mean = _run(graph, tmp_path, ("normal", "mean"))
    np.testing.assert_allclose(normal, [[-1, 3]] * 3, atol=1e-3)
    assert (mean == ROWS + 1).all()


def test_a_table_in_eight_bits_is_off_by_half_a_step_at_most() -> None:
    graph = Graph()
    table = np.array([[0.5, -3.0], [100.0, 7.0]], dtype=np.float32)
    _, scales = graph.small(table, axis=1)
    kept = onnx.numpy_helper.to_array(graph.weights[0])
    assert kept.dtype == np.int8
    assert (np.abs(kept * scales - table) <= scales / 2 + 1e-6).all()
