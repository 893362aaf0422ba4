"""xiangyin models: the models at hand and their cards."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, table

BUNDLED = ("asr", "nlu", "dialogue")
"""Packages that may have a folder `bundled`."""


class ModelError(ValueError):
    """A model that is not there."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "models", "list models, show a model's card", "xiangyin models show bundled/asr")
    parser.add_argument("act", choices=("list", "show"))
    parser.add_argument("name", nargs="?", help="the model to show: a name of the list or a folder")
    parser.add_argument(
        "--models", type=Path, default=Path("build/models"), metavar="DIR", help="where trained ones lie (default: build/models)"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """List all, or show one."""
    found = folders(arguments.models)
    if arguments.act == "show":
        return _show(found, arguments.name, arguments.json)
    cards = {name: card(folder) for name, folder in found.items()}
    if arguments.json:
        print_json({"models": [{"name": name, "folder": str(found[name]), **cards[name]} for name in cards]})
    elif not cards:
        print(f"no models: none bundled, none in {arguments.models}")
    else:
        rows = [(name, cards[name].get("task", "?"), cards[name].get("date", "?"), _size(found[name])) for name in cards]
        print(table([("name", "task", "date", "MB"), *rows]))
    return 0


def folders(trained: Path) -> dict[str, Path]:
    """Folders with a model.yml, by name: bundled/PACKAGE[...] first, then those of `trained`."""
    import importlib.util

    found: dict[str, Path] = {}
    for package in BUNDLED:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            root = Path(place) / "bundled"
            for path in sorted(root.rglob("model.yml")):
                found["/".join(("bundled", package, *path.parent.relative_to(root).parts))] = path.parent
    for path in sorted(trained.rglob("model.yml")):
        found[str(path.parent.relative_to(trained))] = path.parent
    return found


def card(folder: Path) -> dict[str, Any]:
    """A model's card. (Any: cards hold what each training wrote down.)"""
    from dialogue.yaml_file import read

    plain = read(folder / "model.yml").plain()
    return plain if isinstance(plain, dict) else {}


def _show(found: dict[str, Path], name: str | None, as_json: bool) -> int:
    from dialogue.yaml_file import nearest

    if name is None:
        raise ModelError("name the model to show; `xiangyin models list` lists them")
    folder = found.get(name, Path(name))
    if not (folder / "model.yml").is_file():
        raise ModelError(f"there is no model '{name}'{nearest(name, found)} (no {folder / 'model.yml'})")
    if as_json:
        print_json({"name": name, "folder": str(folder), **card(folder)})
    else:
        print((folder / "model.yml").read_text(encoding="utf-8").rstrip())
    return 0


def _size(folder: Path) -> str:
    return f"{sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6:.1f}"
