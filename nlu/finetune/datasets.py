"""Which files a config's data keys mean: files, folders, and names in a dataset_info.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.finetune.settings import FineTuning

INFO_FILE = "dataset_info.json"
_ENDINGS = (".jsonl", ".json", ".ndjson", ".csv", ".tsv", ".txt")
_KEPT_ASIDE = ("dev", "val", "valid", "validation", "test", "eval")
"""Files of a folder whose name begins so are for measuring and are not trained on."""


class DatasetError(ValueError):
    """A data key names nothing; the message says what is there."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of training data. `columns`: what its own names stand for, as dataset_info.json says (prompt, role_tag ...)."""

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)


def data_files(config: FineTuning) -> tuple[DataFile, ...]:
    """All files that a config names, each once. Raises DatasetError."""
    found: dict[Path, DataFile] = {}
    for one in _named(config):
        found.setdefault(one.path.resolve(), one)
    if not found:
        raise DatasetError("the data keys name no file")
    return tuple(found.values())


def _named(config: FineTuning) -> Iterator[DataFile]:
    for path in config.train_data:
        yield from _file_or_folder(path, "train_data")
    for item in config.dataset:
        for name in item.name.split(","):
            yield from _dataset(item.with_name(name.strip()), config.dataset_dir)
    if config.metadata_path is not None:
        inside = config.train_data_dir / config.metadata_path.name if config.train_data_dir else None
        moved = inside is not None and inside.is_file() and not config.metadata_path.is_file()
        yield from _file_or_folder(inside if moved and inside else config.metadata_path, "metadata_path")
    elif config.train_data_dir is not None:
        yield from _file_or_folder(config.train_data_dir, "train_data_dir")


def _file_or_folder(path: Path, key: str) -> Iterator[DataFile]:
    if path.is_file():
        yield DataFile(path)
        return
    if not path.is_dir():
        raise DatasetError(f"{key}: there is no file or folder {path}")
    files = [file for file in sorted(path.iterdir()) if file.suffix.lower() in _ENDINGS and file.name != INFO_FILE]
    training = [file for file in files if file.stem.lower().startswith("train")]
    chosen = training or [file for file in files if not file.stem.lower().startswith(_KEPT_ASIDE)]
    if not chosen:
        raise DatasetError(f"{key}: no training data in {path} (looked for {', '.join('*' + end for end in _ENDINGS)})")
    yield from (DataFile(file) for file in chosen)


def _dataset(path: Path, folder: Path | None) -> Iterator[DataFile]:
    """A name in dataset_info.json, or a file or folder of that name beside the config or in dataset_dir."""
    if path.exists():
        yield from _file_or_folder(path, "dataset")
        return
    places = [folder] if folder is not None else [path.parent, path.parent / "data"]
    known: list[str] = []
    for place in places:
        if (place / path.name).exists():
            yield from _file_or_folder(place / path.name, "dataset")
            return
        entries = _info(place / INFO_FILE)
        if path.name in entries:
            yield _entry(place, path.name, entries[path.name])
            return
        known += entries
    where = " or ".join(str(place) for place in places)
    listed = f"; {INFO_FILE} lists {', '.join(known)}" if known else ""
    raise DatasetError(f"dataset: '{path.name}' is neither a file in {where} nor in a {INFO_FILE} there{listed}")


def _info(file: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as fault:
        raise DatasetError(f"{file}: cannot be read as JSON ({fault})") from None
    return values if isinstance(values, dict) else {}


def _entry(place: Path, name: str, entry: Any) -> DataFile:
    file = entry.get("file_name") if isinstance(entry, dict) else None
    if not isinstance(file, str):
        raise DatasetError(f"{place / INFO_FILE}: '{name}' has no file_name; datasets of a hub are to be downloaded first")
    if not (place / file).is_file():
        raise DatasetError(f"{place / INFO_FILE}: '{name}' names {file}, which is not in {place}")
    named = [values for key in ("columns", "tags") if isinstance(values := entry.get(key), dict)]
    return DataFile(place / file, {str(key): str(value) for values in named for key, value in values.items()})
