"""A trained tagger: text to entities, with onnxruntime alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import yaml

from nlu.model_folder import ModelError
from nlu.pinyin import Syllables
from nlu.tagger.inputs import Ids, features, rows_of
from nlu.tagger.spans import Span, best_spans, forbidden, span_marginals
from nlu.tagger.words import Words, WordsError, read_words
from nlu.understanding import Entity, Understanding

FORMAT = 1
RUNTIME = "tagger"
SOURCE = "tagger"
_MODEL, _SETTINGS, _ARRAYS, _WORDS, _CARD = "model.onnx", "settings.json", "tables.npz", "words.txt", "model.yml"
_LONGEST_TEXT = 400


class Scorer(Protocol):
    """Rows of features to scores of tags."""

    def __call__(self, rows: Ids) -> npt.NDArray[np.float32]:
        """(characters, COLUMNS) -> (characters, tags)."""
        ...


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a tagger needs beside its network.

    `types` are entity names in the order of the tags; `known` the hashes with a row of weights; `transitions` are
    (1 + tags, tags); a span is found when its probability is above `threshold`.
    """

    types: tuple[str, ...]
    known: Ids
    transitions: npt.NDArray[np.float64]
    threshold: float
    words: Words
    syllables: Syllables

    def rows(self, text: str) -> Ids:
        """The rows of the network's tables for a text."""
        return rows_of(features(text, self.words, self.syllables), self.known)

    def likely(self, scores: npt.NDArray[np.float64]) -> tuple[Span, ...]:
        """Every span that is likely enough to be shown, overlaps included."""
        return span_marginals(scores, np.where(forbidden(len(self.types)), -np.inf, self.transitions))


@dataclass(frozen=True, slots=True)
class Tagger:
    """Finds entities as it was taught to. Thread safe."""

    scorer: Scorer
    knowledge: Knowledge

    def find(self, text: str) -> tuple[Entity, ...]:
        """The entities of a sentence, left to right; the value is the wording, the confidence the span's probability."""
        heard = text[:_LONGEST_TEXT]
        if not heard.strip():
            return ()
        scores = self.scorer(self.knowledge.rows(heard)).astype(np.float64)
        spans = best_spans(self.knowledge.likely(scores), self.knowledge.threshold)
        return tuple(_entity(heard, span, self.knowledge.types) for span in spans)


@dataclass(frozen=True, slots=True)
class TaggerParser:
    """A tagger alone as a Parser: entities, and no needs."""

    tagger: Tagger

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (), self.tagger.find(text))


def save(knowledge: Knowledge, card: Mapping[str, Any], folder: Path) -> None:
    """Write all but model.onnx, which nlu.tagger.export writes; the card comes last."""
    settings = {
        "format": FORMAT,
        "types": knowledge.types,
        "threshold": knowledge.threshold,
        "syllables": knowledge.syllables.names,
    }
    (folder / _SETTINGS).write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    np.savez_compressed(
        folder / _ARRAYS,
        known=knowledge.known.astype(np.uint32),
        transitions=knowledge.transitions,
        syllables=np.array(knowledge.syllables.of_character, dtype=np.uint16),
    )
    (folder / _WORDS).write_text("\n".join(knowledge.words.lines()) + "\n", encoding="utf-8")
    text = yaml.safe_dump({"runtime": RUNTIME, **card}, allow_unicode=True, sort_keys=False, width=110)
    (folder / _CARD).write_text(text, encoding="utf-8")


def load(folder: Path) -> Tagger:
    """A tagger from its folder. Raises ModelError, which names the folder and what to do."""
    try:
        settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        words = read_words(folder / _WORDS)
        scorer = _session(folder / _MODEL)
    except (OSError, ValueError, WordsError) as fault:
        raise ModelError(f"{folder}: the tagger cannot be read ({fault}); train it again with `xiangyin train`") from None
    if settings.get("format") != FORMAT:
        raise ModelError(f"{folder}: the tagger has format {settings.get('format')}, this version reads {FORMAT}; train it again")
    syllables = Syllables(tuple(settings["syllables"]), tuple(arrays["syllables"].tolist()))
    known = arrays["known"].astype(np.int64)
    types = tuple(settings["types"])
    return Tagger(scorer, Knowledge(types, known, arrays["transitions"], settings["threshold"], words, syllables))


def _session(path: Path) -> Scorer:
    import onnxruntime

    if not path.is_file():
        raise OSError(f"no {path.name} in it")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def score(rows: Ids) -> npt.NDArray[np.float32]:
        scores: npt.NDArray[np.float32] = session.run(["scores"], {"rows": rows})[0]
        return scores

    return score


def _entity(text: str, span: Span, types: tuple[str, ...]) -> Entity:
    words = text[span.start : span.end]
    return Entity(types[span.type], words, words, span.start, span.end, SOURCE, round(span.probability, 4))
