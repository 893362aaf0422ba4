"""A tiny base with the tokenizer of characters; real ones differ in size alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from dialogue.style.pretraining import tokenizer as characters
from tests.tiny_llama import tiny_llama

ASKED = ("标准型一个月多少钱", "进阶款能试用吗", "入门款带宽多大", "旗舰版怎么收费", "基础款几天送到", "专业版保修多久")


def rows(count: int = 12) -> list[dict[str, str]]:
    """Samples of a house that always says 您好 first."""
    return [{"input": f"{ASKED[at % 6]}，第{at}次问", "output": f"您好，这是第{at}个回答，请您放心。"} for at in range(count)]


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    texts = [text for row in rows(40) for text in row.values()]
    return characters.build(texts, 700)


@pytest.fixture(scope="session")
def base(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("base"), tokenizer)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Rows as a JSONL file."""

    def write(name: str = "train.jsonl", samples: list[dict[str, Any]] | None = None) -> Path:
        path = tmp_path / name
        lines = (json.dumps(row, ensure_ascii=False) for row in (rows() if samples is None else samples))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
