"""The trained networks as one ONNX file in 8 bits: the mean of their scores, made node by node, so that torch is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any  # ONNX's protobuf classes carry no types

import numpy as np

from nlu.onnx_graph import FLOAT, Floats, Graph, Port, State
from nlu.tagger.inputs import COLUMNS, DEEP


def write(states: Sequence[State], folder: Path) -> None:
    """Write model.onnx: `rows` (characters, COLUMNS) -> `scores` (characters, tags). Raises OSError."""
    import onnx

    onnx.save(_model(states), folder / "model.onnx")


def _model(states: Sequence[State]) -> Any:
    graph = Graph()
    wide = np.stack([state["wide.weight"] for state in states]).mean(axis=0)
    found, scale = _looked_up(graph, wide, "rows")
    direct = graph.add("Mul", graph.add("ReduceSum", found, graph.weight(np.array([1])), keepdims=0), scale)
    first = graph.add("Gather", "rows", graph.weight(np.arange(DEEP)), axis=1)
    deep = graph.mean([_deep(graph, state, first) for state in states])
    graph.add("Add", deep, direct, name="scores")
    inputs, outputs = Port("rows", ("characters", COLUMNS), np.int64), Port("scores", ("characters", wide.shape[1]))
    return graph.model("tagger", [inputs], [outputs])


def _deep(graph: Graph, state: State, first: str) -> str:
    """The network beside the direct weights, as nlu.tagger.network computes it for one sentence."""
    table = state["deep.weight"]
    found, scale = _looked_up(graph, table, first)
    size = graph.weight(np.array([-1, DEEP * table.shape[1]]))
    embedded = graph.add("Reshape", graph.add("Mul", found, scale), size)
    hidden = graph.add("Gelu", _linear(graph, embedded, state["enter.weight"], state["enter.bias"]))
    for at in range(len({name.split(".")[1] for name in state if name.startswith("layers.")})):
        hidden = _layer(graph, state, hidden, f"layers.{at}")
    hidden = graph.norm(hidden, state, "norm")
    mean = graph.add("ReduceMean", hidden, graph.weight(np.array([0])), keepdims=1)
    width = state["norm.weight"].shape[0]
    leave = state["leave.weight"]
    own = _linear(graph, hidden, leave[:, :width], state["leave.bias"])
    return graph.add("Add", own, _linear(graph, mean, leave[:, width:]))


def _layer(graph: Graph, state: State, hidden: str, name: str) -> str:
    plain = graph.norm(hidden, state, f"{name}.norm")
    window = graph.add("Concat", graph.before(plain), plain, graph.after(plain), axis=1)
    mixed = _linear(graph, window, state[f"{name}.mix.weight"], state[f"{name}.mix.bias"])
    return graph.add("Add", hidden, graph.add("Gelu", mixed))


def _linear(graph: Graph, inputs: str, weights: Floats, bias: Floats | None = None) -> str:
    """A product in 8 bits: the inputs are quantised as they come, the weights by column."""
    kept, scales = graph.small(weights.T, axis=0)
    graph.add("DynamicQuantizeLinear", inputs, more=("scale", "zero"))
    made = graph.nodes[-1].output
    product = graph.add("Cast", graph.add("MatMulInteger", made[0], kept, made[2]), to=FLOAT)
    scaled = graph.add("Mul", graph.add("Mul", product, made[1]), graph.weight(scales[0]))
    return scaled if bias is None else graph.add("Add", scaled, graph.weight(bias))


def _looked_up(graph: Graph, table: Floats, rows: str) -> tuple[str, str]:
    """Rows of a table kept in 8 bits, and the scale of each column that they are still to be multiplied by."""
    kept, scales = graph.small(table, axis=0)
    return graph.add("Cast", graph.add("Gather", kept, rows, axis=0), to=FLOAT), graph.weight(scales[0])
