"""The dialects by code, and the language token of Whisper's vocabulary that stands for each.

Cantonese has a token of its own in Whisper large-v3 only. The others borrow the token of a language that no caller of this
program speaks: re-using an idle language token costs the standard language least (FunASR's users: +0.17 points of CER on
Mandarin instead of +1.66).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of speaking. `tokens`: the first that a tokenizer knows is taken."""

    code: str
    name: str
    tokens: tuple[str, ...]


DIALECTS: tuple[Dialect, ...] = (
    Dialect("cmn", "普通话", ("<|zh|>",)),
    Dialect("yue", "粤语", ("<|yue|>", "<|mi|>")),
    Dialect("wuu", "吴语", ("<|su|>",)),
    Dialect("nan", "闽南语", ("<|jw|>",)),
    Dialect("cmn-sichuan", "四川话", ("<|haw|>",)),
    Dialect("cmn-dongbei", "东北话", ("<|ba|>",)),
    Dialect("cmn-zhongyuan", "中原官话", ("<|tt|>",)),
    Dialect("cmn-jianghuai", "江淮官话", ("<|fo|>",)),
    Dialect("cmn-wu", "吴语口音普通话", ("<|ln|>",)),
    Dialect("cmn-yue", "粤语口音普通话", ("<|ht|>",)),
    Dialect("cmn-min", "闽南口音普通话", ("<|mg|>",)),
)
DIALECT_CODES: tuple[str, ...] = tuple(dialect.code for dialect in DIALECTS)
DEFAULT_DIALECT = "cmn"
CANTONESE = "yue"
_NAMES: dict[str, str] = {
    "mandarin": "cmn",
    "cantonese": "yue",
    "wu": "wuu",
    "shanghainese": "wuu",
    "hokkien": "nan",
    "minnan": "nan",
    "sichuanese": "cmn-sichuan",
    "dongbei": "cmn-dongbei",
    "zhongyuan": "cmn-zhongyuan",
    "jianghuai": "cmn-jianghuai",
    "northeastern": "cmn-dongbei",
    "southwestern": "cmn-sichuan",
    "jilu": "cmn",
    "tianjin": "cmn",
    "广东话": "yue",
    "广州话": "yue",
    "上海话": "wuu",
    "苏州话": "wuu",
    "台语": "nan",
    "成都话": "cmn-sichuan",
    "重庆话": "cmn-sichuan",
    "西南官话": "cmn-sichuan",
    "东北官话": "cmn-dongbei",
    "河南话": "cmn-zhongyuan",
    "陕西话": "cmn-zhongyuan",
    "南京话": "cmn-jianghuai",
    "扬州话": "cmn-jianghuai",
}
"""Names as public corpora write them. Jilu (Hebei, Tianjin) has no code of its own here and counts as Mandarin."""


def dialect_code(name: str) -> str | None:
    """The code of a dialect written as code, Chinese name or English name ("Wu(Shanghai)" is wuu); None when unknown."""
    by_name = {dialect.name: dialect.code for dialect in DIALECTS}
    plain = name.split("(", maxsplit=1)[0].strip()
    return name if name in DIALECT_CODES else by_name.get(plain) or _NAMES.get(plain.lower())


def dialect_token_ids(vocabulary: Mapping[str, int]) -> dict[str, int]:
    """Dialect code -> token id, for the dialects that a vocabulary (token -> id) has a token for."""
    found: dict[str, int] = {}
    for dialect in DIALECTS:
        token = next((token for token in dialect.tokens if token in vocabulary), None)
        if token is not None:
            found[dialect.code] = vocabulary[token]
    return found
