"""Sentences that no training corpus may hold: those of the demo and of the files that a configuration names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

DEMO_SENTENCES = (
    "我要能支持1000并发的云服务器,性价比高一点,还要支持异地备份,最好能对接我现有的ERP系统",
    "那这个的年费是多少",
)
DIGITS = "零一二三四五六七八九"


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
    spoken = re.sub(r"\d+", lambda match: hanzi_number(match[0]), text)
    return re.sub(r"[\W_]", "", spoken).upper().replace("两", "二").replace("幺", "一")


def hanzi_number(digits: str) -> str:
    """A number as it is read: 1000 -> 一千, 16 -> 十六; long ones and those with a leading zero digit by digit."""
    if len(digits) > 8 or (digits[0] == "0" and len(digits) > 1):
        return "".join(DIGITS[int(digit)] for digit in digits)
    value = int(digits)
    if value == 0:
        return DIGITS[0]
    high, low = divmod(value, 10_000)
    if high:
        gap = DIGITS[0] if 0 < low < 1000 else ""
        return f"{_below_10000(high)}万{gap}{_below_10000(low)}"
    return _below_10000(low)


def _below_10000(value: int) -> str:
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += DIGITS[digit] + name
        elif text and value % unit and not text.endswith(DIGITS[0]):
            text += DIGITS[0]
    return text.removeprefix("一") if 10 <= value < 20 else text


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
