"""An ONNX graph written node by node, as the student's and the tagger's exports do it: torch is not needed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any  # ONNX's protobuf classes carry no types

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
State = Mapping[str, Floats]
"""A network's weights by torch's names."""
_OPSET = 20
"""The first with Gelu."""
_IR_VERSION = 9
"""What ONNX Runtime 1.17 reads."""
_LARGEST = 127
FLOAT = 1
"""Of TensorProto's types, what Cast takes."""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of the model: its name, its shape (a name for a size that varies), and its type for numpy."""

    name: str
    shape: Sequence[int | str]
    dtype: type[np.generic] = np.float32


@dataclass(slots=True)
class Graph:
    """Nodes and weights as they are added; every method returns the name of what it made."""

    nodes: list[Any] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, name: str = "", more: Sequence[str] = (), **attributes: Any) -> str:
        """A node; `more` are the endings of the names of its further outputs."""
        from onnx import helper

        output = name or f"{kind.lower()}_{len(self.nodes)}"
        outputs = [output, *(f"{output}_{one}" for one in more)]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, name=output, **attributes))
        return output

    def weight(self, values: npt.NDArray[Any]) -> str:
        """A constant."""
        from onnx import numpy_helper

        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def norm(self, inputs: str, state: State, name: str) -> str:
        """torch's LayerNorm over the last axis."""
        scale, shift = (self.weight(state[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.add("LayerNormalization", inputs, scale, shift, axis=-1, epsilon=1e-5)

    def before(self, rows: str) -> str:
        """The row before each, zeros before the first."""
        return self._shifted(rows, (1, 0), (0, -1))

    def after(self, rows: str) -> str:
        """The row after each, zeros after the last."""
        return self._shifted(rows, (0, 1), (1, np.iinfo(np.int64).max))

    def mean(self, names: Sequence[str], name: str = "") -> str:
        """The mean of results of one shape."""
        return names[0] if len(names) == 1 and not name else self.add("Mean", *names, name=name)

    def small(self, table: Floats, axis: int) -> tuple[str, Floats]:
        """A table in 8 bits, and the scales (that axis is 1 wide) that its entries are to be multiplied by."""
        scales: Floats = (np.maximum(np.abs(table).max(axis=axis, keepdims=True), 1e-8) / _LARGEST).astype(np.float32)
        return self.weight(np.rint(table / scales).astype(np.int8)), scales

    def model(self, name: str, inputs: Sequence[Port], outputs: Sequence[Port]) -> Any:
        """The checked model."""
        from onnx import checker, helper

        made = helper.make_graph(self.nodes, name, [_info(one) for one in inputs], [_info(one) for one in outputs], self.weights)
        opset = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(made, opset_imports=opset, producer_name="xiangyin", ir_version=_IR_VERSION)
        checker.check_model(model)
        return model

    def _shifted(self, rows: str, pads: tuple[int, int], kept: tuple[int, int]) -> str:
        padded = self.add("Pad", rows, self.weight(np.array([pads[0], 0, pads[1], 0])))
        begin, end, axis = (self.weight(np.array([at])) for at in (*kept, 0))
        return self.add("Slice", padded, begin, end, axis)


def _info(port: Port) -> Any:
    from onnx import helper

    return helper.make_tensor_value_info(port.name, helper.np_dtype_to_tensor_dtype(np.dtype(port.dtype)), list(port.shape))
