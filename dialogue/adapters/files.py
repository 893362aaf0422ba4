"""The files of an adapter: read where PEFT wrote them, kept under a tenant's own folder, and held against their hash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dialogue.adapters.names import HASH_SHOWN, shown

CONFIG, WEIGHTS, CARD, TEMPLATE = "adapter_config.json", "adapter_model.safetensors", "model.yml", "chat_template.jinja"
TOKENIZER = "tokenizer_config.json"
_UNSERVABLE = {
    "modules_to_save": "whole modules trained anew",
    "use_dora": "a DoRA",
    "lora_bias": "a LoRA with biases",
    "alora_invocation_tokens": "an activated LoRA",
    "layer_replication": "a LoRA of replicated layers",
    "use_bdlora": "a block-diagonal LoRA",
    "use_qalora": "a QALoRA",
}
_STARTS = ("gaussian", "eva", "orthogonal", "mica", "lora_ga")
"""Ways to begin a training that leave the base as it is."""
MAX_FILES, MAX_BYTES = 200, 4 << 30
"""An adapter of rank 64 on a 7B base has some 300 MB."""


class AdapterFilesError(ValueError):
    """A folder that is no adapter, or one that cannot be served; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class AdapterFiles:
    """What an adapter's folder tells. `content` is the SHA-256 over its files; `base_hash` and `data_hash` are '' if unknown."""

    folder: Path
    content: str
    rank: int
    base: str
    base_hash: str
    template: str
    data_hash: str
    metrics: Mapping[str, float] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)  # Any: what YAML holds
    unservable: str = ""
    """Why no server could load it; '' if one can."""


def read_adapter(folder: Path) -> AdapterFiles:
    """Read a folder as PEFT writes it, with the model.yml of `xiangyin train` beside. Raises AdapterFilesError."""
    if "://" in str(folder) or ":/" in str(folder):
        raise AdapterFilesError(
            f"'{shown(str(folder))}' is an address; an adapter is a folder on this machine, download it first"
        )
    if not folder.is_dir():
        raise AdapterFilesError(f"{folder}: there is no such folder")
    config = _json(folder / CONFIG)
    if not (folder / WEIGHTS).is_file():
        raise AdapterFilesError(f"{folder}: lacks {WEIGHTS}; it is what PEFT's save_pretrained writes")
    card = _card(folder / CARD)
    base = card.get("base") if isinstance(card.get("base"), dict) else {}
    return AdapterFiles(
        folder=folder,
        content=content_hash(folder),
        rank=_rank(config, folder),
        base=str((base or {}).get("name") or config.get("base_model_name_or_path") or ""),
        base_hash=str((base or {}).get("sha256") or ""),
        template=_template(folder, card),
        data_hash=_data_hash(card),
        metrics=_numbers(card.get("metrics")),
        card=card,
        unservable=_unservable(config),
    )


def content_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of all files. Raises AdapterFilesError for links and anything that is no plain file."""
    digest = hashlib.sha256()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{len(name.encode())}:{name}:{path.stat().st_size}:".encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def kept_in(folder: Path, tenant: str, name: str, content: str) -> Path:
    """Where an adapter's files lie in the folder of all adapters; the parts are checked names, so it is always inside."""
    return folder / tenant / f"{name}@{content[:HASH_SHOWN]}"


def keep(files: AdapterFiles, place: Path) -> None:
    """Copy an adapter's files to its place: whole, or not at all. Raises AdapterFilesError."""
    if place.is_dir() and not place.is_symlink() and _same(place, files.content):
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = Path(tempfile.mkdtemp(prefix="adding-", dir=place.parent))
    try:
        for path in _files(files.folder):
            target = beside / path.relative_to(files.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target, follow_symlinks=False)
        if content_hash(beside) != files.content:
            raise AdapterFilesError(f"{files.folder}: its files changed while they were copied; add it again")
        if place.is_symlink() or place.is_file():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)  # what was left of it is damaged
        beside.chmod(0o755)  # a model server may run as another user
        beside.replace(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check(place: Path, content: str) -> str:
    """What is wrong with the kept files; '' if they are what was added."""
    if place.is_symlink() or not place.is_dir():
        return "its files are gone; add the adapter again from where it was trained"
    try:
        return "" if content_hash(place) == content else "its files are not those that were added; add the adapter again"
    except (AdapterFilesError, OSError) as fault:
        return str(fault)


def _same(place: Path, content: str) -> bool:
    return not check(place, content)


def _files(folder: Path) -> Iterator[Path]:
    """All files in a stable order. A link could bring in what is not the adapter's, a pipe would never end."""
    found, size = [], 0
    for root, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(root) / name
            kind = path.lstat()
            if stat.S_ISLNK(kind.st_mode) or not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)):
                raise AdapterFilesError(f"{path}: is a link or no plain file; an adapter is made of plain files")
            if stat.S_ISREG(kind.st_mode):
                found.append(path)
                size += kind.st_size
    if len(found) > MAX_FILES or size > MAX_BYTES:
        raise AdapterFilesError(f"{folder}: has {len(found)} files of {size >> 20} MB; this is no folder of one adapter")
    yield from sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise AdapterFilesError(f"{path.parent}: lacks {path.name}; it is what PEFT's save_pretrained writes") from None
    except ValueError as fault:
        raise AdapterFilesError(f"{path}: is no JSON: {fault}") from None
    if not isinstance(values, dict):
        raise AdapterFilesError(f"{path}: must hold one object")
    return values


def _card(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise AdapterFilesError(f"{path}: cannot be read: {fault}") from None
    return values if isinstance(values, dict) else {}


def _rank(config: Mapping[str, Any], folder: Path) -> int:
    pattern = config.get("rank_pattern") or {}
    try:
        return max(int(config["r"]), *(int(rank) for rank in pattern.values()), 0)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise AdapterFilesError(f"{folder / CONFIG}: lacks the rank 'r' of a LoRA") from None


def _unservable(config: Mapping[str, Any]) -> str:
    """What vLLM 0.32 refuses to load (vllm/lora/peft_helper.py), told at once instead of by a server in the night."""
    kind = str(config.get("peft_type", "LORA"))
    if kind.upper() != "LORA":
        return f"it is a {shown(kind)}, and only LoRA is served"
    if config.get("bias", "none") != "none":
        return "it has trained biases (bias), which no server loads"
    for key, what in _UNSERVABLE.items():
        if config.get(key):
            return f"it is {what} ({key}), which no server loads"
    start = config.get("init_lora_weights", True)
    if isinstance(start, str) and start.lower() not in _STARTS:
        return f"its training changed the base as well (init_lora_weights: {shown(start)}), which no server has"
    return ""


def _template(folder: Path, card: Mapping[str, Any]) -> str:
    """Which chat template it was trained with: its name, or 'own' for one in its files; '' where there is none."""
    if (folder / TEMPLATE).is_file():
        return str(card.get("template") or "own")
    if (folder / TOKENIZER).is_file() and _json(folder / TOKENIZER).get("chat_template"):
        return str(card.get("template") or "own")
    return str(card.get("template") or "")


def _data_hash(card: Mapping[str, Any]) -> str:
    data = card.get("data")
    found = data.get("sha256") if isinstance(data, dict) else None
    return str(found or card.get("data_hash") or "")


def _numbers(values: Any) -> dict[str, float]:
    pairs = values.items() if isinstance(values, dict) else ()
    return {str(key): float(value) for key, value in pairs if isinstance(value, (int, float)) and not isinstance(value, bool)}
