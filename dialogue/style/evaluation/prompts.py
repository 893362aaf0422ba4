"""Prompts that an evaluation asks: JSONL {"system", "input", "carried", "group", "complaint"}, or any form of samples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.style.samples import SampleError, Turn, read_samples


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt: what stands before the answer, the pieces of facts that the answer must hold unaltered, the group of
    paraphrases that it belongs to ('' for none), whether it is a complaint, and the house's own answer where there is one."""

    turns: tuple[Turn, ...]
    carried: tuple[str, ...] = ()
    group: str = ""
    complaint: bool = False
    answer: str = ""

    @property
    def question(self) -> str:
        """The customer's last words."""
        return self.turns[-1].text


def read_prompts(path: Path) -> tuple[Asked, ...]:
    """All prompts of a file. Raises SampleError."""
    if path.suffix not in (".jsonl", ".ndjson"):
        samples = read_samples(path)
        return tuple(Asked(one.turns[:-1], answer=one.answer) for one in samples if len(one.turns) > 1)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise SampleError(path, 1, f"cannot be read: {fault}") from None
    asked = tuple(_asked(line, path, number) for number, line in enumerate(lines, start=1) if line.strip())
    if not asked:
        raise SampleError(path, 1, "no prompts in it")
    return asked


def _asked(line: str, path: Path, number: int) -> Asked:
    try:
        row: Mapping[str, Any] = json.loads(line)
        question = row.get("input", row.get("prompt"))
    except (ValueError, AttributeError):
        raise SampleError(path, number, 'each line must be an object such as {"input": "多少钱", "carried": ["99元"]}') from None
    if not isinstance(question, str):
        raise SampleError(path, number, f"no question: expected the key 'input', got {', '.join(row)}")
    carried = row.get("carried", ())
    if not isinstance(carried, Sequence) or isinstance(carried, str):
        raise SampleError(path, number, f"'carried' must be a list of texts, got {carried!r}")
    system = str(row.get("system") or "")
    turns = (*((Turn("system", system),) if system else ()), Turn("user", question))
    complaint = bool(row.get("complaint", "状态：投诉" in system))
    return Asked(turns, tuple(map(str, carried)), str(row.get("group") or ""), complaint, str(row.get("output") or ""))
