"""The trained networks as ONNX, built node by node: weights in 8 or 4 bits, and nothing of torch needed to run it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # ONNX's protobuf classes and ONNX Runtime's quantisers carry no types

import numpy as np

from nlu.onnx_graph import FLOAT, Floats, Graph, Port, State
from nlu.student.phrases import KINDS

_BLOCK = 32
"""Weights that share a scale in 4 bits."""


@dataclass(frozen=True, slots=True)
class _Outputs:
    """The names of what one network gives."""

    hidden: str
    attention: str
    plain: str
    cuts: str


def write(states: Sequence[State], wide: Floats | None, folder: Path) -> None:
    """Write model.onnx (8 bits) and model.int4.onnx from the networks' weights and the linear part's table. Raises OSError.

    Of several networks `hidden` and `attention` stand side by side; `plain` and `cuts` are averaged.
    """
    import onnx

    plain = folder / "model.float.onnx"
    onnx.save(_model(states, wide), plain)
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


def _model(states: Sequence[State], wide: Floats | None) -> Any:
    graph = Graph()
    width = sum(len(state["first.weight"]) for state in states)
    labels = len(states[0]["labels.weight"])
    real = _real(graph)
    found = [_network(graph, state, real) for state in states]
    graph.add("Concat", *(one.hidden for one in found), axis=1, name="hidden")
    graph.add("Concat", *(one.attention for one in found), axis=1, name="attention")
    graph.mean([one.plain for one in found], "plain")
    graph.mean([one.cuts for one in found], "cuts")
    inputs = [Port("ids", ("tokens", "features"), np.int32)]
    sizes: dict[str, tuple[int, ...]] = {"hidden": (width,), "attention": (len(states),), "plain": (labels,), "cuts": (1,)}
    if wide is not None:
        small = _looked_up(graph, wide[:, :-1], "phrases", axis=2)
        # The squared lengths are far larger than the weights, which a common scale would round away.
        graph.add("Concat", small, _squares(graph, wide[:, -1:]), axis=2, name="wide")
        inputs.append(Port("phrases", ("tokens", KINDS, "slots"), np.int32))
        sizes["wide"] = (KINDS, wide.shape[1])
    return graph.model("student", inputs, [Port(name, ("tokens", *size)) for name, size in sizes.items()])


def _real(graph: Graph) -> str:
    """1 of a token that has features, 0 of one without."""
    highest = graph.add("ReduceMax", "ids", graph.weight(np.array([1])), keepdims=1)
    return graph.add("Cast", graph.add("Greater", highest, graph.weight(np.array(0, dtype=np.int32))), to=FLOAT)


def _network(graph: Graph, state: State, real: str) -> _Outputs:
    """The forward pass of nlu.student.network, without what only training does."""
    table, width = state["table.weight"], len(state["first.weight"])
    states = _looked_up(graph, table[:, :width], "ids")
    plain = _looked_up(graph, table[:, width:], "ids")
    states = graph.add("Mul", graph.norm(states, state, "first"), real)
    for at in range(len({name.split(".")[1] for name in state if name.startswith("layers.")})):
        normal = graph.add("Mul", graph.norm(states, state, f"layers.{at}.norm"), real)
        window = graph.add("Concat", graph.before(normal), normal, graph.after(normal), axis=1)
        wide = graph.add("Gelu", _linear(graph, window, state, f"layers.{at}.wide"))
        states = graph.add("Mul", graph.add("Add", states, _linear(graph, wide, state, f"layers.{at}.narrow")), real)
    hidden = graph.add("Mul", graph.norm(states, state, "last"), real)
    attention = _linear(graph, hidden, state, "attention")
    cuts = _linear(graph, graph.add("Concat", graph.before(hidden), hidden, axis=1), state, "cut")
    return _Outputs(hidden, attention, plain, cuts)


def _linear(graph: Graph, inputs: str, state: State, name: str) -> str:
    """A product that the quantisers find and make small."""
    product = graph.add("MatMul", inputs, graph.weight(state[f"{name}.weight"].T))
    return graph.add("Add", product, graph.weight(state[f"{name}.bias"]))


def _looked_up(graph: Graph, table: Floats, ids: str, axis: int = 1) -> str:
    """The sum of the features' rows, which are kept in 8 bits, each with a scale of its own."""
    small, scales = graph.small(table, axis=1)
    rows = graph.add("Cast", graph.add("Gather", small, ids, axis=0), to=FLOAT)
    scaled = graph.add("Mul", rows, graph.add("Gather", graph.weight(scales), ids, axis=0))
    return graph.add("ReduceSum", scaled, graph.weight(np.array([axis])), keepdims=0)


def _squares(graph: Graph, column: Floats) -> str:
    rows = graph.add("Gather", graph.weight(column.astype(np.float32)), "phrases", axis=0)
    return graph.add("ReduceSum", rows, graph.weight(np.array([2])), keepdims=0)


def _quantise8(plain: Path, to: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(plain, to, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)


def _quantise4(plain: Path, to: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantiser = MatMulNBitsQuantizer(onnx.load(plain), block_size=_BLOCK, is_symmetric=True, accuracy_level=4)
    quantiser.process()
    onnx.save(quantiser.model.model, to)
