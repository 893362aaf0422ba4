"""The student's network at run time: text to hidden states, by onnxruntime alone, on one core."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # onnxruntime carries no types

import numpy as np
import numpy.typing as npt

from nlu.student.folder import Network, load_network
from nlu.student.inputs import PAD, Read
from nlu.student.scoring import Tokens

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence through the network. `cuts` (tokens,) are the log-odds that a need begins there."""

    read: Read
    tokens: Tokens
    cuts: Floats

    @property
    def hidden(self) -> Floats:
        """Hidden states, (tokens, width)."""
        return self.tokens.hidden


@dataclass(frozen=True, slots=True)
class StudentEncoder:
    """Text to hidden states. Thread safe; a sentence takes a fraction of a millisecond."""

    network: Network
    _session: Any = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> StudentEncoder:
        """From a model's folder (8 bits), or from its file model.int4.onnx (4 bits). Raises ModelError."""
        return cls.of(load_network(folder))

    @classmethod
    def of(cls, network: Network) -> StudentEncoder:
        """From what was read of the folder."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(network.file), options, providers=["CPUExecutionProvider"])
        return cls(network, session)

    @property
    def width(self) -> int:
        """Of a hidden state."""
        return self.network.width

    def see(self, text: str) -> Seen:
        """The sentence by tokens."""
        return self.look(self.network.inputs.read(text))

    def look(self, read: Read) -> Seen:
        """The same of a sentence that has been made ready."""
        if not read.tokens:
            nothing: Floats = np.zeros((0, self.width), dtype=np.float32)
            return Seen(read, Tokens(nothing, nothing[:, :1], nothing), nothing[:, 0])
        used = max(1, int((read.ids != PAD).sum(axis=1).max()))
        given = {"ids": np.ascontiguousarray(read.ids[:, :used])}
        if self.network.phrases is not None:
            given["phrases"] = self.network.phrases.ids(read.folded, read.tokens)
        hidden, attention, plain, cuts, *wide = self._session.run(None, given)
        return Seen(read, Tokens(hidden, attention, plain, *wide), cuts[:, 0])

    def encode(self, text: str) -> Floats:
        """Hidden states by character, (characters of the text, width): a word's letters share one, spaces have zeros."""
        seen = self.see(text)
        by_character: Floats = np.zeros((len(text), self.width), dtype=np.float32)
        for token, state in zip(seen.read.tokens, seen.hidden, strict=True):
            by_character[token.start : token.end] = state
        return by_character

    def pool(self, hidden: Floats, start: int, end: int) -> Floats:
        """One vector (width,) of length 1 for the characters [start, end): the mean of mean and maximum; zeros of nothing."""
        inside = hidden[start:end]
        inside = inside[inside.any(axis=1)]
        if not len(inside):
            return np.zeros(self.width, dtype=np.float32)
        vector: Floats = inside.mean(axis=0) + inside.max(axis=0)
        return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6))
