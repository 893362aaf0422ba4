from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = ("asr", "nlu", "dialogue", "policies", "synth_data", "deploy")
LEFT_OUT = {"__pycache__", ".xiangyin"}
HEAVY = {"torch", "transformers", "accelerate", "peft", "audiomentations", "torchaudio", "tensorboard", "ray", "vllm"}


@pytest.fixture(scope="module")
def project() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_no_other_distribution_brings_a_package_of_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"xiangyin"}


def test_every_package_is_found_and_typed(project: Mapping[str, Any]) -> None:
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert [pattern.rstrip("*") for pattern in found] == list(TOP_LEVEL)
    for name in TOP_LEVEL:
        assert (ROOT / name / "__init__.py").is_file()
        assert (ROOT / name / "py.typed").is_file()


def test_the_base_install_is_light(project: Mapping[str, Any]) -> None:
    base = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0] for line in project["project"]["dependencies"]}
    assert not base & HEAVY


def test_files_that_are_no_code_are_packed(project: Mapping[str, Any]) -> None:
    """Every file beside the code has an ending that pyproject.toml takes along."""
    endings = {pattern.removeprefix("**/*") for pattern in project["tool"]["setuptools"]["package-data"]["*"]} | {".py", ".pyc"}
    others = [
        path
        for name in TOP_LEVEL
        for path in (ROOT / name).rglob("*")
        if path.is_file() and path.suffix not in endings and path.name not in endings and not set(path.parts) & LEFT_OUT
    ]
    assert others == []


def test_no_file_names_a_registrys_host_or_a_place_of_one_machine(project: Mapping[str, Any]) -> None:
    assert project["project"]["name"] == "xiangyin"
    words = re.compile(
        "|".join(("pypi" + r"\.org", "files.python" + "hosted", "registry.npm" + "js", "/wo" + "rk/", "download.py" + "torch"))
    )
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in tracked.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".yml", ".yaml", ".js", ".html", "") and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {match.group()}" for match in words.finditer(text)]
    assert found == []


def test_the_bot_runs_without_what_training_needs() -> None:
    code = f"import sys, deploy.bot, deploy.gateway.app, deploy.gateway.calls; print(sorted({HEAVY!r} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert shown.stdout.strip() == "[]", shown.stderr
