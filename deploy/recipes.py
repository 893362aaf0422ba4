"""Training configs as recipes: what a model was made from, and making all of a list that are not made yet.

python -m deploy.recipes [--force] CONFIG.yaml ...
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.settings import SettingsError
from deploy.terminal import progress
from deploy.training import read_config
from dialogue.yaml_file import Node, YamlError

CARD_FILE = "model.yml"
_MARK = "recipe: "
"""The line of model.yml that says by which config and data the model was made."""
_NOT_MADE_OF = ("output_dir", "logging_dir")


def fingerprint(config: Node) -> str:
    """A hash over the keys of a config and the content of the files that it names, not over where they lie or the result goes."""
    digest = hashlib.sha256()
    values = config.mapping("a training config")
    for key in sorted(values):
        if key not in _NOT_MADE_OF:
            digest.update(f"{key}=".encode())
            for part in _parts(values[key]):
                digest.update(part)
    return digest.hexdigest()


def stamp(folder: Path, recipe: str) -> None:
    """Note in a model's card what it was made from; a folder without a card stays as it is."""
    card = folder / CARD_FILE
    if card.is_file():
        lines = [line for line in card.read_text(encoding="utf-8").splitlines() if not line.startswith(_MARK)]
        card.write_text("\n".join([*lines, f"{_MARK}{recipe}"]) + "\n", encoding="utf-8")


def is_made(config: Node) -> bool:
    """Whether the model of a config lies in its output_dir, made from the config and the data as they stand."""
    folder = config.mapping("a training config").get("output_dir")
    if folder is None:
        return False
    card = folder.place.file.parent / str(folder.value) / CARD_FILE
    return card.is_file() and f"{_MARK}{fingerprint(config)}" in card.read_text(encoding="utf-8").splitlines()


def make_all(configs: Sequence[Path], force: bool = False) -> int:
    """Train each config that is not made yet in a process of its own; one that fails keeps none of the others back.

    0: all are made; 1: some failed. Each is told about on standard error.
    """
    failed = []
    for at, path in enumerate(configs, start=1):
        named = f"{at}/{len(configs)} {path.stem}"
        try:
            made = not force and is_made(read_config(path))
        except (YamlError, SettingsError) as fault:
            progress(f"{named}: FAILED: {fault}")
            failed.append(path.stem)
            continue
        if made:
            progress(f"{named}: is made as its config and data stand (FORCE=1 trains it again)")
            continue
        progress(f"{named}: training ...")
        began = time.monotonic()
        ended = subprocess.run([sys.executable, "-m", "deploy.cli", "train", str(path)], check=False).returncode
        progress(f"{named}: {'done' if ended == 0 else 'FAILED'} after {(time.monotonic() - began) / 60:.1f} minutes")
        if ended != 0:
            failed.append(path.stem)
    if failed:
        progress(f"not made: {', '.join(failed)}")
    return 1 if failed else 0


def main() -> int:
    """The command line; without the public data it says so and does nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("configs", type=Path, nargs="+", metavar="CONFIG.yaml")
    parser.add_argument("--force", action="store_true", help="train also what is made")
    arguments = parser.parse_args()
    if not os.environ.get("XIANGYIN_DATA"):
        progress(
            "SKIPPED: these models are trained on public data; point XIANGYIN_DATA at their folder (export XIANGYIN_DATA=FOLDER)"
        )
        return 0
    return make_all(arguments.configs, arguments.force)


def _parts(node: Node) -> Iterator[bytes]:
    """A value as bytes; of a file its content, since its place says nothing."""
    if isinstance(node.value, dict):
        for key in sorted(node.value):
            yield f"{key}:".encode()
            yield from _parts(node.value[key])
    elif isinstance(node.value, tuple):
        for child in node.value:
            yield from _parts(child)
            yield b","
    else:
        yield _content(node) or str(node.value).encode()


def _content(node: Node) -> bytes | None:
    if not isinstance(node.value, str) or not node.value:
        return None
    path = node.place.file.parent / node.value
    try:
        return hashlib.sha256(path.read_bytes()).digest() if path.is_file() else None
    except OSError:  # a text too long for a path
        return None


if __name__ == "__main__":
    sys.exit(main())
