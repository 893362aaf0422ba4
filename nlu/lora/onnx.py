"""An exported classifier on ONNX Runtime: no torch, no transformers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nlu.lora.folder import ONNX, ONNX_4BIT
from nlu.lora.parser import Scored
from nlu.model_folder import ModelError


@dataclass(frozen=True, slots=True)
class OnnxScorer:
    """Thread safe. `file` names the model in the folder; by default the one that is there."""

    folder: Path
    max_length: int
    file: str = ""
    session: Any = field(init=False)  # onnxruntime and tokenizers have no types
    tokenizer: Any = field(init=False)

    def __post_init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        path = self.folder / (self.file or (ONNX if (self.folder / ONNX).is_file() else ONNX_4BIT))
        if not path.is_file():
            raise ModelError(f"{self.folder}: neither {ONNX} nor {ONNX_4BIT} is in it; export the model again")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_length)
        object.__setattr__(self, "session", session)
        object.__setattr__(self, "tokenizer", tokenizer)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """One result a text."""
        encodings = self.tokenizer.encode_batch(list(texts))
        width = max(len(one.ids) for one in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros((len(encodings), width), dtype=np.int64)
        for row, one in enumerate(encodings):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        logits, tokens = self.session.run(None, {"ids": ids, "mask": mask})
        return [Scored(logits[row], tokens[row, : len(one.ids)], tuple(one.offsets)) for row, one in enumerate(encodings)]
