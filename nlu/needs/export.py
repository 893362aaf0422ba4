"""A trained network as ONNX: features looked up in 8 bits, and nothing of torch needed to run it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlu.onnx_graph import FLOAT, Floats, Graph, Port, State

_DIRECTIONS = ("", "_reverse")


def write(state: State, file: Path) -> None:
    """Write the network: `ids` (sentences, tokens, features) and `lengths` (sentences,) -> `cuts` (sentences, tokens) and
    `labels` (sentences, tokens, labels). Raises OSError."""
    import onnx

    graph = Graph()
    _network(graph, state)
    inputs = [Port("ids", ("sentences", "tokens", "features"), np.int32), Port("lengths", ("sentences",), np.int32)]
    labels = len(state["label.bias"])
    outputs = [Port("cuts", ("sentences", "tokens")), Port("labels", ("sentences", "tokens", labels))]
    onnx.save(graph.model("needs", inputs, outputs), file)


def _network(graph: Graph, state: State) -> None:
    """The forward pass of nlu.needs.network. Recurrent nodes take (tokens, sentences, width)."""
    states = graph.add("Transpose", graph.norm(_looked_up(graph, state["table.weight"]), state, "norm"), perm=[1, 0, 2])
    width = state["norm.weight"].shape[0]
    flat = graph.weight(np.array([0, 0, 2 * width]))
    for layer in range(sum(name.startswith("states.weight_hh") for name in state) // len(_DIRECTIONS)):
        gates = _gates(graph, state, layer)
        how = {"direction": "bidirectional", "hidden_size": width, "linear_before_reset": 1}
        found = graph.add("GRU", states, *gates, "lengths", **how)
        states = graph.add("Reshape", graph.add("Transpose", found, perm=[0, 2, 1, 3]), flat)
    states = graph.add("Transpose", states, perm=[1, 0, 2])
    one, zero = graph.weight(np.array([1])), graph.weight(np.array([0]))
    padded = graph.add("Pad", states, graph.weight(np.array([0, 1, 0, 0, 0, 0])))
    before = graph.add("Slice", padded, zero, graph.weight(np.array([-1])), one)
    cuts = _linear(graph, graph.add("Concat", before, states, axis=2), state, "cut")
    graph.add("Squeeze", cuts, graph.weight(np.array([2])), name="cuts")
    _linear(graph, states, state, "label", "labels")


def _linear(graph: Graph, inputs: str, state: State, name: str, output: str = "") -> str:
    product = graph.add("MatMul", inputs, graph.weight(state[f"{name}.weight"].T))
    return graph.add("Add", product, graph.weight(state[f"{name}.bias"]), name=output)


def _gates(graph: Graph, state: State, layer: int) -> tuple[str, str, str]:
    """W, R and B of ONNX's GRU. torch keeps the gates as reset, update, new; ONNX as update, reset, new."""

    def ordered(values: Floats) -> Floats:
        reset, update, new = np.split(values, 3)
        return np.concatenate([update, reset, new])

    def both(kind: str) -> list[Floats]:
        return [ordered(state[f"states.{kind}_l{layer}{direction}"]) for direction in _DIRECTIONS]

    biases = [np.concatenate(pair) for pair in zip(both("bias_ih"), both("bias_hh"), strict=True)]
    return graph.weight(np.stack(both("weight_ih"))), graph.weight(np.stack(both("weight_hh"))), graph.weight(np.stack(biases))


def _looked_up(graph: Graph, table: Floats) -> str:
    """The sum of the features' rows, each with a scale of its own."""
    small, scales = graph.small(table, axis=1)
    rows = graph.add("Cast", graph.add("Gather", small, "ids", axis=0), to=FLOAT)
    scaled = graph.add("Mul", rows, graph.add("Gather", graph.weight(scales), "ids", axis=0))
    return graph.add("ReduceSum", scaled, graph.weight(np.array([2])), keepdims=0)
