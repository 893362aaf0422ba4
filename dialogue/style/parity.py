"""Whether an exported model says what the trained one says: greedy tokens side by side. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dialogue.style.export import Loaded, StyleExportError
from dialogue.style.generating import greedy
from dialogue.style.prompts import prompt_of
from dialogue.style.samples import Turn
from dialogue.style.templates import prompt_ids

TOKENS = 32
BOUNDS = {"merged": 0.95, "vllm": 0.95, "onnx": 0.95, "q8": 0.85, "q4": 0.0}
"""Shares of tokens that must be the same; what 4 bits change is told and not judged."""
Greedy = Callable[[Sequence[Sequence[int]], int], Sequence[Sequence[int]]]
"""The likeliest tokens after each prompt, so many at most."""
_PERSONA = "你是云汇科技的电话销售小汇。"
_ASKED = (
    ("标准型每月229元；标准型带宽5兆", "一个月多少钱"),
    ("旗舰款每年8990元", "年费是多少"),
    ("入门款硬盘40G；入门款每月45元", "能存多少东西"),
    ("异地备份：支持，数据每天备份到另一个城市", "有没有异地备份"),
    ("答复时限：30分钟", "你们怎么老出问题"),
    ("试用7天", "能先试试吗"),
    ("包年省下458元", "能不能便宜点"),
    ("付款后10分钟内开通", "多久能用"),
    ("", "你好"),
    ("", "转人工"),
)


@dataclass(frozen=True, slots=True)
class Parity:
    """`share` of tokens that are the same at the same place, over so many prompts; in [0, 1]."""

    share: float
    prompts: int


def reference_prompts() -> tuple[tuple[Turn, ...], ...]:
    """Twenty prompts as a bot writes them."""
    states = ("", "询价")
    systems = [
        (prompt_of(_PERSONA, facts.split("；") if facts else (), state), asked) for facts, asked in _ASKED for state in states
    ]
    return tuple((Turn("system", system), Turn("user", asked)) for system, asked in systems)


def parity(trained: Loaded, other: Greedy, prompts: Sequence[Sequence[Turn]] | None = None) -> Parity:
    """Ask both the same; an answer that ended earlier differs in what it lacks."""
    same = total = 0
    asked = [prompt_ids(trained.tokenizer, turns) for turns in (reference_prompts() if prompts is None else prompts)]
    wanted_all = greedy(trained.model, trained.tokenizer, asked, trained.end, TOKENS)
    for wanted, others in zip(wanted_all, other(asked, TOKENS), strict=True):
        got = list(others)[:TOKENS]
        same += sum(a == b for a, b in zip(wanted, got, strict=False)) + (wanted == got)
        total += max(len(wanted), len(got)) + 1  # the end counts as one, so that silence is compared too
    return Parity(same / max(1, total), len(asked))


def demand(found: Parity, form: str) -> None:
    """Raises StyleExportError where the form of a model says something else than the trained one."""
    if found.share < BOUNDS[form]:
        raise StyleExportError(
            f"the {form} model says something else than the trained one: {found.share:.1%} of the tokens of {found.prompts} "
            f"prompts are the same, {BOUNDS[form]:.0%} are wanted; is it the same base and chat template?"
        )
