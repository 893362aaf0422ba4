from __future__ import annotations

import ast
import subprocess
import sys
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


@pytest.mark.parametrize("package", BELOW)
def test_imports_go_one_way(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        above = imported(ast.parse(path.read_text(encoding="utf-8"))) & (set(BELOW) - BELOW[package] - {package})
        assert not above, f"{path.relative_to(ROOT)} imports {', '.join(sorted(above))}"


def test_torch_and_its_kind_are_not_imported_by_what_runs() -> None:
    running = "deploy.bot, deploy.gateway.server, asr.recogniser, nlu.parser, nlu.encoding, nlu.student.parser, nlu.tagger.tagger"
    code = f"import sys, {running}; print(sorted({HEAVY} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


def test_imports_are_absolute() -> None:
    for package in BELOW:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                relative = isinstance(node, ast.ImportFrom) and node.level > 0
                assert not relative, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)} imports relatively"
