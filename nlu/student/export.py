"""The trained network as ONNX, built node by node: weights in 8 or 4 bits, and nothing of torch needed to run it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # ONNX's protobuf classes and ONNX Runtime's quantisers carry no types

import numpy as np
import numpy.typing as npt

from nlu.student.phrases import KINDS

Floats = npt.NDArray[np.float32]
_OPSET = 20
"""The first with Gelu."""
_BLOCK = 32
"""Weights that share a scale in 4 bits."""


@dataclass(slots=True)
class _Graph:
    """Nodes and weights as they are added; every method returns the name of what it made."""

    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def weight(self, name: str, values: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(self, inputs: str, name: str, state: Mapping[str, Floats], output: str = "") -> str:
        product = self.add("MatMul", inputs, self.weight(f"{name}.weight", state[f"{name}.weight"].T))
        return self.add("Add", product, self.weight(f"{name}.bias", state[f"{name}.bias"]), name=output)

    def norm(self, inputs: str, name: str, state: Mapping[str, Floats]) -> str:
        scale, shift = (self.weight(f"{name}.{part}", state[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", inputs, scale, shift, axis=-1, epsilon=1e-5)

    def shifted(self, inputs: str, before: int, after: int) -> str:
        """Rows moved down (`before`) or up (`after`), zeros where none is."""
        pads = self.weight(f"pads_{len(self.nodes)}", np.array([before, 0, after, 0], dtype=np.int64))
        padded = self.add("Pad", inputs, pads)
        last = np.iinfo(np.int64).max if after else -before
        begin, end = (self.weight(f"{edge}_{len(self.nodes)}", np.array([at])) for edge, at in (("begin", after), ("end", last)))
        return self.add("Slice", padded, begin, end, self.weight(f"axis_{len(self.nodes)}", np.array([0])))


def write(state: Mapping[str, Floats], width: int, wide: Floats | None, folder: Path) -> None:
    """Write model.onnx (8 bits) and model.int4.onnx from the network's weights and the linear part's table. Raises OSError."""
    import onnx

    plain = folder / "model.float.onnx"
    onnx.save(_model(state, width, wide), plain)
    try:
        with _quietly():
            _quantise8(plain, folder / "model.onnx")
            _quantise4(plain, folder / "model.int4.onnx")
    finally:
        plain.unlink()


@contextmanager
def _quietly() -> Iterator[None]:
    """The quantisers log every node, on the root logger."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _model(state: Mapping[str, Floats], width: int, wide: Floats | None) -> Any:
    from onnx import TensorProto, checker, helper

    graph = _Graph()
    layers = len({name.split(".")[1] for name in state if name.startswith("layers.")})
    _nodes(graph, state, width, layers)
    labels = state["table.weight"].shape[1] - width
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT32, ["tokens", "features"])]
    sizes = {"hidden": [width], "attention": [1], "plain": [labels], "cuts": [1]}
    if wide is not None:
        small = _looked_up(graph, wide[:, :-1], "phrases", "scored", axis=2)
        # The squared lengths are far larger than the weights, which a common scale would round away.
        graph.add("Concat", small, _squares(graph, wide[:, -1:]), axis=2, name="wide")
        inputs.append(helper.make_tensor_value_info("phrases", TensorProto.INT32, ["tokens", KINDS, "slots"]))
        sizes["wide"] = [KINDS, wide.shape[1]]
    made = helper.make_graph(
        graph.nodes,
        "student",
        inputs,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", *size]) for name, size in sizes.items()],
        graph.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="xiangyin")
    model.ir_version = 9  # what ONNX Runtime 1.17 reads
    checker.check_model(model)
    return model


def _nodes(graph: _Graph, state: Mapping[str, Floats], width: int, layers: int) -> None:
    """The forward pass of nlu.student.network, without what only training does."""
    table = state["table.weight"]
    states = _looked_up(graph, table[:, :width], "ids", "states")
    _looked_up(graph, table[:, width:], "ids", "plain")
    one = graph.weight("one", np.array([1]))
    highest = graph.add("ReduceMax", "ids", one, keepdims=1)
    real = graph.add("Cast", graph.add("Greater", highest, graph.weight("zero", np.array(0, dtype=np.int32))), to=1)
    states = graph.add("Mul", graph.norm(states, "first", state), real)
    for at in range(layers):
        normal = graph.add("Mul", graph.norm(states, f"layers.{at}.norm", state), real)
        window = graph.add("Concat", graph.shifted(normal, 1, 0), normal, graph.shifted(normal, 0, 1), axis=1)
        wide = graph.add("Gelu", graph.linear(window, f"layers.{at}.wide", state))
        states = graph.add("Mul", graph.add("Add", states, graph.linear(wide, f"layers.{at}.narrow", state)), real)
    hidden = graph.add("Mul", graph.norm(states, "last", state), real, name="hidden")
    graph.linear(hidden, "attention", state, output="attention")
    graph.linear(graph.add("Concat", graph.shifted(hidden, 1, 0), hidden, axis=1), "cut", state, output="cuts")


def _looked_up(graph: _Graph, table: Floats, ids: str, name: str, axis: int = 1) -> str:
    """The sum of the features' rows, which are kept in 8 bits, each with a scale of its own."""
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
    small = graph.weight(f"{name}.table", np.rint(table / scales).astype(np.int8))
    rows = graph.add("Cast", graph.add("Gather", small, ids, axis=0), to=1)
    scaled = graph.add("Mul", rows, graph.add("Gather", graph.weight(f"{name}.scales", scales.astype(np.float32)), ids, axis=0))
    return graph.add("ReduceSum", scaled, graph.weight(f"{name}.axis", np.array([axis])), name=name, keepdims=0)


def _squares(graph: _Graph, column: Floats) -> str:
    rows = graph.add("Gather", graph.weight("squares.table", column.astype(np.float32)), "phrases", axis=0)
    return graph.add("ReduceSum", rows, graph.weight("squares.axis", np.array([2])), keepdims=0)


def _quantise8(plain: Path, to: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(plain, to, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)


def _quantise4(plain: Path, to: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantiser = MatMulNBitsQuantizer(onnx.load(plain), block_size=_BLOCK, is_symmetric=True, accuracy_level=4)
    quantiser.process()
    onnx.save(quantiser.model.model, to)
