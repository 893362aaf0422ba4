"""The trained networks as one ONNX file in 8 bits: the mean of their scores, made node by node, so that torch is not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # ONNX's protobuf classes carry no types

import numpy as np
import numpy.typing as npt

from nlu.tagger.inputs import COLUMNS, DEEP

Floats = npt.NDArray[np.float32]
State = Mapping[str, Floats]
_OPSET = 20
"""The first with Gelu."""


@dataclass(slots=True)
class _Graph:
    """Nodes and weights as they are added; every method returns the name of what it made."""

    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, name: str = "", more: Sequence[str] = (), **attributes: Any) -> str:
        from onnx import helper

        output = name or f"{kind.lower()}_{len(self.nodes)}"
        outputs = [output, *(f"{output}_{one}" for one in more)]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, name=output, **attributes))
        return output

    def weight(self, values: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(self, inputs: str, weights: Floats, bias: Floats | None = None) -> str:
        """A product in 8 bits: the inputs are quantised as they come, the weights by column."""
        scale = np.maximum(np.abs(weights).max(axis=1), 1e-8) / 127
        kept = self.weight(np.rint(weights / scale[:, None]).astype(np.int8).T)
        self.add("DynamicQuantizeLinear", inputs, more=("scale", "zero"))
        made = self.nodes[-1].output
        product = self.add("Cast", self.add("MatMulInteger", made[0], kept, made[2]), to=1)
        scaled = self.add("Mul", self.add("Mul", product, made[1]), self.weight(scale.astype(np.float32)))
        return scaled if bias is None else self.add("Add", scaled, self.weight(bias))

    def norm(self, inputs: str, state: State, name: str) -> str:
        scale, shift = (self.weight(state[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", inputs, scale, shift, axis=-1, epsilon=1e-5)

    def looked_up(self, table: Floats, rows: str) -> tuple[str, str]:
        """Rows of a table kept in 8 bits, and the scale of each column that they are still to be multiplied by."""
        scale = np.maximum(np.abs(table).max(axis=0), 1e-8) / 127
        kept = self.weight(np.rint(table / scale).astype(np.int8))
        return self.add("Cast", self.add("Gather", kept, rows, axis=0), to=1), self.weight(scale.astype(np.float32))


def write(states: Sequence[State], folder: Path) -> None:
    """Write model.onnx: `rows` (characters, COLUMNS) -> `scores` (characters, tags). Raises OSError."""
    import onnx

    onnx.save(_model(states), folder / "model.onnx")


def _model(states: Sequence[State]) -> Any:
    from onnx import TensorProto, checker, helper

    graph = _Graph()
    wide = np.stack([state["wide.weight"] for state in states]).mean(axis=0)
    found, scale = graph.looked_up(wide, "rows")
    direct = graph.add("Mul", graph.add("ReduceSum", found, graph.weight(np.array([1])), keepdims=0), scale)
    first = graph.add("Gather", "rows", graph.weight(np.arange(DEEP)), axis=1)
    deep = graph.add("Sum", *(_deep(graph, state, first) for state in states))
    share = graph.weight(np.array(1 / len(states), dtype=np.float32))
    graph.add("Add", graph.add("Mul", deep, share), direct, name="scores")
    made = helper.make_graph(
        graph.nodes,
        "tagger",
        [helper.make_tensor_value_info("rows", TensorProto.INT64, ["characters", COLUMNS])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["characters", wide.shape[1]])],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
    checker.check_model(model)
    return model


def _deep(graph: _Graph, state: State, first: str) -> str:
    """The network beside the direct weights, as nlu.tagger.network computes it for one sentence."""
    table = state["deep.weight"]
    found, scale = graph.looked_up(table, first)
    size = graph.weight(np.array([-1, DEEP * table.shape[1]]))
    embedded = graph.add("Reshape", graph.add("Mul", found, scale), size)
    hidden = graph.add("Gelu", graph.linear(embedded, state["enter.weight"], state["enter.bias"]))
    for at in range(len({name.split(".")[1] for name in state if name.startswith("layers.")})):
        hidden = _layer(graph, state, hidden, f"layers.{at}")
    hidden = graph.norm(hidden, state, "norm")
    mean = graph.add("ReduceMean", hidden, graph.weight(np.array([0])), keepdims=1)
    width = state["norm.weight"].shape[0]
    leave = state["leave.weight"]
    own = graph.linear(hidden, leave[:, :width], state["leave.bias"])
    return graph.add("Add", own, graph.linear(mean, leave[:, width:]))


def _layer(graph: _Graph, state: State, hidden: str, name: str) -> str:
    plain = graph.norm(hidden, state, f"{name}.norm")
    padded = graph.add("Pad", plain, graph.weight(np.array([1, 0, 1, 0])))
    zero, last = graph.weight(np.array([0])), np.iinfo(np.int64).max
    before = graph.add("Slice", padded, zero, graph.weight(np.array([-2])), zero)
    after = graph.add("Slice", padded, graph.weight(np.array([2])), graph.weight(np.array([last])), zero)
    window = graph.add("Concat", before, plain, after, axis=1)
    mixed = graph.linear(window, state[f"{name}.mix.weight"], state[f"{name}.mix.bias"])
    return graph.add("Add", hidden, graph.add("Gelu", mixed))
