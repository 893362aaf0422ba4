"""Paraphrase by rules: other words, another order, politeness, fillers, and how numbers are said. Rules are in paraphrase.yml.

A sentence here is a template whose choices are taken; {slot} stands where a value will be said and is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

FILE = Path(__file__).with_suffix(".yml")
SWAP, ORDER, OPEN, CLOSE, FILL = 0.5, 0.6, 0.25, 0.25, 0.15
"""Of a sentence that is paraphrased: how often each rule that fits it is used, and the share that gets words around it."""
_CLOSED = re.compile(r"[呢啊呀吧啦吗嘛哦了]$")


@dataclass(frozen=True, slots=True)
class Order:
    """A pattern and what may stand for it."""

    of: re.Pattern[str]
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """paraphrase.yml."""

    openers: tuple[str, ...]
    closers: tuple[str, ...]
    fillers: tuple[str, ...]
    swaps: Mapping[str, tuple[str, ...]]
    orders: tuple[Order, ...]
    numbers: tuple[Order, ...]
    swapped: re.Pattern[str]
    opened: re.Pattern[str]
    closing: re.Pattern[str]
    plain: Mapping[str, str]
    """Each word of a group -> the first of it."""


def paraphrase(text: str, rng: np.random.Generator) -> str:
    """The sentence in other words, or as it was where no rule was drawn."""
    rules = _rules()
    for order in rules.orders:
        if rng.random() < ORDER and (found := order.of.search(text)):
            text = found.expand(_pick(rng, order.to)) if found.span() == (0, len(text)) else text
            break
    text = rules.swapped.sub(lambda found: _swap(found[0], rules, rng), text)
    if rng.random() < FILL:
        text = _with_filler(text, rules, rng)
    if rng.random() < OPEN:
        text = f"{_pick(rng, rules.openers)}{'，' if rng.random() < 0.4 else ''}{text}"
    if rng.random() < CLOSE and not _CLOSED.search(text):
        text += _pick(rng, rules.closers)
    return text


def in_other_numbers(value: str, rng: np.random.Generator) -> str:
    """A value with its number said otherwise, as half of the people do: 一千五百块 is 一千五百块钱 or 一千五百元."""
    for order in _rules().numbers:
        if rng.random() < 0.5 and (found := order.of.search(value)):
            return value[: found.start()] + found.expand(_pick(rng, order.to)) + value[found.end() :]
    return value


@cache
def canonical(wording: str) -> str:
    """What a wording has in common with its paraphrases: no words around it, the plain form of each word that has others."""
    rules = _rules()
    before = ""
    while before != wording:
        before = wording
        wording = rules.closing.sub("", rules.opened.sub("", wording)) or wording
    return rules.swapped.sub(lambda found: rules.plain[found[0]], wording)


def _swap(word: str, rules: Rules, rng: np.random.Generator) -> str:
    return _pick(rng, rules.swaps[word]) if word in rules.swaps and rng.random() < SWAP else word


def _with_filler(text: str, rules: Rules, rng: np.random.Generator) -> str:
    """A filler before a slot or after a pause: where people stop to think."""
    places = [found.start() for found in re.finditer(r"\{|(?<=，)\w", text) if found.start() > 0]
    if not places:
        return text
    at = _pick(rng, places)
    return f"{text[:at]}{_pick(rng, rules.fillers)}{text[at:]}"


def _pick(rng: np.random.Generator, values: Sequence[Any]) -> Any:  # Any: whatever the sequence holds
    return values[int(rng.integers(len(values)))]


@cache
def _rules() -> Rules:
    data = yaml.safe_load(FILE.read_text("utf-8"))
    groups = [tuple(group) for group in data["swaps"]]
    swaps = {group[0]: group[1:] for group in groups}
    plain = {word: group[0] for group in reversed(groups) for word in group}
    around = [*data["openers"], *data["fillers"]]
    return Rules(
        openers=tuple(data["openers"]),
        closers=tuple(data["closers"]),
        fillers=tuple(data["fillers"]),
        swaps=swaps,
        orders=tuple(_order(one) for one in data["orders"]),
        numbers=tuple(_order(one) for one in data["numbers"]),
        swapped=_any_of(plain),
        opened=re.compile(f"^(?:{'|'.join(_longest(around))})(?=.)"),
        closing=re.compile(f"(?<=.)(?:{'|'.join(_longest([*data['closers'], *data['particles']]))})$"),
        plain=plain,
    )


def _order(data: dict[str, Any]) -> Order:  # Any: YAML
    return Order(re.compile(data["of"]), tuple(data["to"]))


def _any_of(words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(_longest(words)))


def _longest(words: Any) -> list[str]:  # Any: a list or a mapping of words
    return [re.escape(word) for word in sorted(words, key=len, reverse=True)]
