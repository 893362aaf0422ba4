"""All sentences that the readers and the checks may tell, out of their sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOR_ENGINEERS = ROOT / "dialogue" / "style"
"""Reports on training data; operators of a bot never see them."""
READERS = (path for path in sorted((ROOT / "dialogue").rglob("*.py")) if FOR_ENGINEERS not in path.parents)
SOURCES = (*READERS, ROOT / "policies" / "conflicts.py", ROOT / "policies" / "options.py")


def templates() -> dict[str, str]:
    """Each template with the file it stands in: what is given to message() or _fault(), or kept in `told` before."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in _texts(node):
                found.setdefault(text, path.name)
    return found


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("message", "_fault"):
        for argument in node.args[:2]:
            yield from _constants(argument)
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "told" for target in node.targets):
        yield from _constants(node.value)


def _constants(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _constants(value)
