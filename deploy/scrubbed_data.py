"""`scrub: true` in a training config: personal data are taken out of its texts before the training sees them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from dialogue.yaml_file import Node, YamlError
from nlu.personal_data.files import scrub_file
from nlu.personal_data.found import KINDS

KEY = "scrub"
DATA_KEYS = ("train_data", "train_data_dir", "metadata_path", "dataset", "dataset_dir", "data", "unlabelled")
_TEXTS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt")


def wants_scrubbing(config: Node) -> bool:
    """Whether the config says so. Raises YamlError where the key is neither true nor false."""
    node = config.mapping("a training config").get(KEY)
    if node is not None and not isinstance(node.value, bool):
        raise YamlError(node.place, f"'{KEY}' must be true or false, got {node.value!r}")
    return node is not None and node.value is True


def without_key(config: Node) -> Node:
    """The config as the trainings know it."""
    return dataclasses.replace(config, value={key: node for key, node in config.mapping("a config").items() if key != KEY})


def scrubbed(config: Node, folder: Path, progress: Callable[[str], None]) -> Node:
    """The config with its data replaced by clean copies in `folder`; what was removed is told as counts."""
    values = dict(config.mapping("a training config"))
    removed: Counter[str] = Counter()
    for key in DATA_KEYS:
        if key in values:
            values[key] = _clean(values[key], folder / key, removed)
    told = ", ".join(f"{kind} {removed[kind]}" for kind in KINDS if removed[kind])
    progress(f"personal data taken out of the training data: {told or 'none found'}")
    return dataclasses.replace(config, value=values)


def _clean(node: Node, folder: Path, removed: Counter[str]) -> Node:
    if isinstance(node.value, tuple):
        return dataclasses.replace(
            node, value=tuple(_clean(child, folder / str(at), removed) for at, child in enumerate(node.value))
        )
    source = node.place.file.parent / str(node.value)
    if not source.exists():
        return node  # the training says what is wrong with it
    target = folder / source.name
    for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if path.suffix in _TEXTS and path.is_file():
            copy = target / path.relative_to(source) if source.is_dir() else target
            text, report = scrub_file(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            removed.update(place.kind for place in report.places)
    return dataclasses.replace(node, value=str(target.resolve()))
