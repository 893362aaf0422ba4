"""A language model as ONNX, and its greedy answers by onnxruntime. Importing this module imports torch."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dialogue.style.export import Loaded
from nlu.finetune.adapters import quiet

FILE = "model.onnx"
_OPSET = 17


class _Traced(torch.nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        return logits.float()


def write(loaded: Loaded, path: Path) -> Path:
    """`ids` (rows, tokens) to `logits` (rows, tokens, vocabulary), without a cache of past tokens: for short answers. The causal
    mask (rows, 1, tokens, tokens; 0 or a large negative number) comes from outside, so that any length can be asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = torch.ones((1, 6), dtype=torch.long)
    axes = {"ids": {0: "rows", 1: "tokens"}, "mask": {0: "rows", 2: "tokens", 3: "tokens"}, "logits": {0: "rows", 1: "tokens"}}
    from torch.jit._trace import TracerWarning

    with quiet(), torch.no_grad(), warnings.catch_warnings():
        # The newer exporter needs onnxscript, which nothing else here does; this one is deprecated, not gone.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)
        torch.onnx.export(
            _Traced(loaded.model.float().cpu()).eval(),
            (ids, torch.from_numpy(causal(6))),
            str(path),
            input_names=["ids", "mask"],
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    return path


def causal(tokens: int) -> Any:
    """The mask of one row."""
    return np.triu(np.full((1, 1, tokens, tokens), np.finfo(np.float32).min, dtype=np.float32), k=1)


class OnnxAnswers:
    """Greedy answers of an ONNX file; dialogue.style.parity.Greedy."""

    def __init__(self, path: Path, stop: int) -> None:
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self._stop = stop

    def __call__(self, prompts: Sequence[Sequence[int]], most: int) -> list[list[int]]:
        """The likeliest tokens after each prompt, without the one that ends an answer."""
        rows = [list(prompt) for prompt in prompts]
        going = list(range(len(rows)))
        for _ in range(most):
            if not going:
                break
            longest = max(len(rows[at]) for at in going)
            # Padding stands behind, where a causal mask lets nobody see it.
            ids = np.array([rows[at] + [0] * (longest - len(rows[at])) for at in going], dtype=np.int64)
            mask = np.repeat(causal(longest), len(going), axis=0)
            (logits,) = self._session.run(["logits"], {"ids": ids, "mask": mask})
            for at, row in zip(tuple(going), logits, strict=True):
                best = int(row[len(rows[at]) - 1].argmax())
                if best == self._stop:
                    going.remove(at)
                else:
                    rows[at].append(best)
        return [row[len(prompt) :] for row, prompt in zip(rows, prompts, strict=True)]
