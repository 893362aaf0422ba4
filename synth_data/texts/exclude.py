"""Sentences that no training corpus may hold: those of the demo and of the files that a configuration names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from dialogue.numerals import read_digits, read_whole

DEMO_SENTENCES = (
    "我要能支持1000并发的云服务器,性价比高一点,还要支持异地备份,最好能对接我现有的ERP系统",
    "那这个的年费是多少",
)
QUANTITY_DIGITS = 8
"""Longer numbers are read digit by digit: telephones, not amounts."""


class ExcludeError(ValueError):
    """A file of excluded sentences that cannot be read; the message names it."""


def reserved_sentences(files: Iterable[Path]) -> frozenset[str]:
    """The demo's sentences and all user sentences of `files` (Rasa test stories, JSONL with "text", or one a line), folded."""
    sentences = [*DEMO_SENTENCES]
    for file in files:
        sentences.extend(_sentences(file))
    return frozenset(fold(sentence) for sentence in sentences) - {""}


def fold(text: str) -> str:
    """Texts that sound alike become equal: no punctuation, 1000 = 一千, 两 = 二, capitals."""
    spoken = re.sub(r"\d+", lambda match: _read(match[0]), text)
    return re.sub(r"[\W_]", "", spoken).upper().replace("两", "二").replace("幺", "一")


def _read(digits: str) -> str:
    by_digit = len(digits) > QUANTITY_DIGITS or (digits[0] == "0" and len(digits) > 1)
    return read_digits(digits) if by_digit else read_whole(int(digits))


def _sentences(file: Path) -> Iterator[str]:
    if not file.is_file():
        raise ExcludeError(f"exclude: {file} is not there; name a file of test stories, JSONL or sentences")
    text = file.read_text("utf-8")
    if file.suffix in {".yml", ".yaml"}:
        yield from _user_texts(yaml.safe_load(text))
        return
    for line in text.splitlines():
        yield json.loads(line)["text"] if file.suffix == ".jsonl" else line


def _user_texts(node: Any) -> Iterator[str]:  # Any: YAML
    """Every `user:` text of Rasa test stories, entity marks taken off: [北京](region) is 北京."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "user" and isinstance(value, str):
                yield re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", value)
            else:
                yield from _user_texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _user_texts(item)
