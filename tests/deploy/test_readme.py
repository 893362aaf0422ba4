"""The two front pages: what they name exists, and both name the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.cli import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md")
EACH_OTHER = set(PAGES)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def links(name: str) -> set[str]:
    return set(re.findall(r"\]\((?!https?:)([^)]+)\)", page(name)))


def commands(name: str) -> set[str]:
    """Calls of programs in code, without the comments behind them."""
    blocks = re.findall(r"^```\n(.*?)^```", page(name), re.DOTALL | re.MULTILINE)
    code = [line.partition("#")[0] for block in blocks for line in block.splitlines()]
    code += re.findall(r"`([^`\n]+)`", page(name))
    called = (" ".join(one.removeprefix(".venv/bin/").split()) for one in code)
    return {one for one in called if re.match(r"(xiangyin|make|python -m) [\w-]", one)}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for link in links(name):
        path, _, anchor = link.partition("#")
        assert (ROOT / path).exists(), link
        heads = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        assert not anchor or anchor in [head.lower().replace(" ", "-") for head in heads], link


def test_every_command_exists() -> None:
    assert len(commands("README.md")) > 12
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in commands("README.md"):
        program, name, *_ = command.replace("python -m", "python").split()
        if program == "make":
            assert name in made, command
        elif program == "python":
            assert (ROOT / name.replace(".", "/")).with_suffix(".py").is_file(), command
        else:
            assert name in COMMANDS, command


def test_both_say_the_same() -> None:
    first, second = PAGES
    assert links(first) - EACH_OTHER == links(second) - EACH_OTHER
    assert commands(first) == commands(second)
    figures = [sorted(re.findall(r"\d[\d,]*\.?\d*(?= ?%| MB)", page(name))) for name in PAGES]
    assert figures[0] == figures[1]
