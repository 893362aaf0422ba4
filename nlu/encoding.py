"""Bundled networks under a bot's own understanding: what they know of sales talk becomes features of every part of a sentence.

Each network (nlu.needs) was trained without one fold of the sentences that it was made from. A bot that trains on those very
sentences asks for each the network that has not seen it (`Honest`), so that it learns how far they can be trusted on new
sentences (stacked generalisation, Wolpert 1992). At run time all of them are asked, and what they say is averaged.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # onnxruntime carries no types

import numpy as np

from nlu.model_folder import ModelError
from nlu.needs.folder import NeedsModel, load
from nlu.student.inputs import Ids
from nlu.text import fold, is_han
from nlu.views import Floats, View

BUNDLED = Path(__file__).parent / "bundled"


def fold_of(text: str, folds: int) -> int:
    """The fold of a sentence, by its letters, figures and characters alone."""
    letters = "".join(character for character in fold(text) if character.isalnum() or is_han(character))
    return zlib.crc32(letters.encode("utf-8")) % folds


@dataclass(frozen=True, slots=True)
class SalesView:
    """What the networks say of a sentence's words: `logits` (words, labels) and log-odds `cuts` (words,). nlu.views.View."""

    logits: Floats
    cuts: Floats

    def parts(self, cuts: Sequence[int]) -> Floats:
        """Shares of the labels, from the mean of the words' logits."""
        places = np.asarray(cuts)
        sums = np.concatenate([np.zeros((1, self.logits.shape[1]), dtype=np.float32), np.cumsum(self.logits, axis=0)])[places]
        words = np.maximum(places[None] - places[:, None], 1)[:, :, None]
        means = (sums[None] - sums[:, None]) / words
        exponents = np.exp(means - means.max(axis=-1, keepdims=True))
        shares: Floats = (exponents / exponents.sum(axis=-1, keepdims=True)).astype(np.float32)
        return shares

    def cut_odds(self) -> Floats:
        """As the networks gave them."""
        return self.cuts

    def part(self, start: int, end: int) -> View:
        """The words [start, end), still seen as part of the whole."""
        return SalesView(self.logits[start:end], self.cuts[start:end])


@dataclass(frozen=True, slots=True)
class Bundle:
    """Networks of one set of labels, each trained without its fold (its number). nlu.views.Viewer."""

    model: NeedsModel
    _sessions: tuple[Any, ...] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """A bundle from its folder. Raises ModelError."""
        import onnxruntime

        model = load(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        how = {"sess_options": options, "providers": ["CPUExecutionProvider"]}
        return cls(model, tuple(onnxruntime.InferenceSession(str(file), **how) for file in model.files))

    @property
    def size(self) -> int:
        """The number of networks."""
        return len(self._sessions)

    def see(self, text: str) -> SalesView:
        """As all networks see it."""
        ids = self.model.ids(text)
        seen = [self._asked(number, ids) for number in range(self.size)]
        logits, cuts = (np.mean([getattr(one, name) for one in seen], axis=0) for name in ("logits", "cuts"))
        return SalesView(logits, cuts)

    def alone(self, number: int, text: str) -> SalesView:
        """As one of the networks sees it."""
        return self._asked(number, self.model.ids(text))

    def _asked(self, number: int, ids: Ids) -> SalesView:
        given = {"ids": ids[None], "lengths": np.array([len(ids)], dtype=np.int32)}
        cuts, logits = self._sessions[number].run(["cuts", "labels"], given)
        return SalesView(logits[0], cuts[0])

    @property
    def honest(self) -> Honest:
        """The same networks, for training."""
        return Honest(self)


@dataclass(frozen=True, slots=True)
class Honest:
    """Shows each sentence to the one network that was not trained on it. nlu.views.Viewer."""

    bundle: Bundle

    def see(self, text: str) -> View:
        """As that network sees it."""
        return self.bundle.alone(fold_of(text, self.bundle.size), text)


def bundles() -> tuple[str, ...]:
    """The names that a bot's config may give as its encoder."""
    return tuple(sorted(path.name for path in BUNDLED.glob("*") if path.is_dir()))


@functools.cache
def bundled(name: str) -> Bundle:
    """The networks of a bundled folder. Raises ModelError, which names those there are."""
    if name not in bundles():
        raise ModelError(f"config.yml: there is no encoder '{name}' ({', '.join(bundles())}); leave the key out for none")
    return Bundle.load(BUNDLED / name)
