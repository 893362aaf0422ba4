"""The figures of some answers against a house's voice; every one is a share of answers unless said otherwise. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dialogue.style.alarm import Copies, distinct, self_repetition
from dialogue.style.evaluation.embedding import Embed
from dialogue.style.evaluation.house import HouseVoice
from dialogue.style.evaluation.prompts import Asked
from dialogue.style.evaluation.telling import Teller

Promise = Callable[[str], bool]
"""Whether a text promises what may not be promised."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Tools:
    """What measuring needs beside the answers; each may be missing, and its figure is then left out."""

    copies: Copies | None = None
    teller: Teller | None = None
    embed: Embed | None = None
    promises: Promise | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by name, and what was wrong with which answer (number of the prompt, what)."""

    figures: Mapping[str, float]
    faults: tuple[tuple[int, str], ...]


def measure(asked: Sequence[Asked], answers: Sequence[str], house: HouseVoice, tools: Tools) -> Measured:
    """Count. `answers` belong to `asked` one by one."""
    faults = [
        (at, fault) for at, (one, text) in enumerate(zip(asked, answers, strict=True)) for fault in _faults(one, text, house)
    ]
    if tools.promises is not None:
        faults += [(at, "promise") for at, text in enumerate(answers) if tools.promises(text)]
    if tools.copies is not None:
        faults += [(at, "copied") for at, text in enumerate(answers) if tools.copies.copied(text)]
    kept = {
        "address": _without(faults, "address", len(answers)),
        "promises_kept": 1 - len({at for at, what in faults if what in ("promise", "forbidden")}) / max(1, len(answers)),
        "terms": _without(faults, "term", len(answers)),
        "length": _without(faults, "length", len(answers)),
    }
    if house.phrases:
        kept["phrases"] = _without(faults, "phrase", len(answers))
    if complaints := sum(one.complaint for one in asked):
        kept["steps"] = _without(faults, "steps", complaints)
    if facts := sum(bool(one.carried) for one in asked):
        kept["carried"] = _without(faults, "carried", facts)
    if tools.copies is not None:
        kept["copied"] = 1 - _without(faults, "copied", len(answers))
    if tools.teller is not None:
        kept["told"] = tools.teller.share(answers, house.voice)
    if tools.embed is not None and (consistency := consistent(asked, answers, tools.embed)) is not None:
        kept["consistency"] = consistency
    more = {"repeated": self_repetition(answers), "distinct": distinct(answers), "characters": _mean(list(map(len, answers)))}
    return Measured({"n": len(answers), **kept, **more}, tuple(faults))


def kept(answer: str, house: HouseVoice) -> float:
    """The share of the house's rules that one answer keeps, 0 to 1: those that can be told without its question."""
    rules = (house.address == "您", bool(house.forbidden), bool(house.terms), True, bool(house.phrases))
    return 1 - len(_faults(Asked(()), answer, house)) / sum(rules)


def consistent(asked: Sequence[Asked], answers: Sequence[str], embed: Embed) -> float | None:
    """The mean similarity (cosine) of answers to paraphrases of a question; None without any two of a group."""
    groups: dict[str, list[str]] = {}
    for one, text in zip(asked, answers, strict=True):
        if one.group:
            groups.setdefault(one.group, []).append(text)
    vectors = [[embed(text) for text in texts] for texts in groups.values()]
    near = [float(a @ b) for group in vectors for a, b in itertools.combinations(group, 2)]
    return _mean(near) if near else None


def _faults(asked: Asked, answer: str, house: HouseVoice) -> list[str]:
    text = _SPACE.sub("", answer)
    found = []
    if house.address == "您" and "你" in text:
        found.append("address")
    if any(phrase in text for phrase in house.forbidden):
        found.append("forbidden")
    if any(term in text for term in house.terms):
        found.append("term")
    if not house.shortest <= len(text) <= house.longest:
        found.append("length")
    if house.phrases and not any(phrase in text for phrase in house.phrases):
        found.append("phrase")
    if asked.complaint and not in_steps(text, house.steps):
        found.append("steps")
    if not all(_SPACE.sub("", piece) in text for piece in asked.carried):
        found.append("carried")
    return found


def in_steps(text: str, steps: Sequence[Sequence[str]]) -> bool:
    """Whether one of each step's words stands in the text, each after the step before."""
    at = 0
    for words in steps:
        ends = [place + len(word) for word in words if (place := text.find(word, at)) >= 0]
        if not ends:
            return False
        at = min(ends)
    return True


def _without(faults: Sequence[tuple[int, str]], what: str, count: int) -> float:
    return 1 - sum(fault == what for _, fault in faults) / max(1, count)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
