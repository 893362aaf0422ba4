from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BELOW = {
    "deploy": {"synth_data", "policies", "dialogue", "asr", "nlu"},
    "synth_data": {"policies", "dialogue", "asr", "nlu"},
    "policies": {"dialogue", "asr", "nlu"},
    "dialogue": {"asr", "nlu"},
    "asr": set[str](),
    "nlu": set[str](),
}
HEAVY = {"torch", "transformers", "peft", "vllm", "ray", "accelerate"}


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of all imports, those inside functions too."""
    names = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return names | {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def at_top(tree: ast.Module) -> set[str]:
    """Top-level names of what importing the module itself imports."""
    return set().union(*(imported(node) for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))))


@pytest.mark.parametrize("package", BELOW)
def test_imports_go_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        above = imported(ast.parse(path.read_text(encoding="utf-8"))) & (set(BELOW) - BELOW[package] - {package})
        assert not above, f"{path.relative_to(ROOT)} imports {', '.join(sorted(above))}"


def test_torch_and_its_kind_are_imported_only_by_training() -> None:
    for package in BELOW:
        for path in (ROOT / package).rglob("*.py"):
            if path.stem == "train" or "training" in path.parts:
                continue
            heavy = at_top(ast.parse(path.read_text(encoding="utf-8"))) & HEAVY
            assert not heavy, f"{path.relative_to(ROOT)} imports {', '.join(sorted(heavy))} at its top"


def test_imports_are_absolute() -> None:
    for package in BELOW:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                relative = isinstance(node, ast.ImportFrom) and node.level > 0
                assert not relative, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} imports relatively"
