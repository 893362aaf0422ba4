"""The lists of dialogue/guard/wording, as patterns that are ready to search with."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.yaml_file import fill, read

_FOLDER = Path(__file__).with_name("wording")
_WORD = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r"~(\d+)")
_SAME_SENTENCE = r"[^。！!]"


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """What is stopped wherever it is `said`, `unless` these words limit it, or it is `grounded` in the bot's own texts."""

    said: str
    unless: str = ""
    grounded: bool = False
    by: str = ""
    wide: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """promises.yml: `rules` by name, each with patterns that name `words`."""

    words: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims: Mapping[str, ClaimWords] = field(default_factory=dict)

    def patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern a rule."""
        return {name: either(parts, self.words) for name, parts in self.rules.items()}


@dataclass(frozen=True, slots=True)
class LeakageWords:
    """leakage.yml."""

    leakage: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    injection: tuple[str, ...] = ()
    who: str = ""
    """What a bot may say that it is: behind 我是."""


@dataclass(frozen=True, slots=True)
class TopicWords:
    """topics.yml."""

    said: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    trade: str = ""
    health: str = ""
    """Words of the bot's own texts that show that its trade is health."""
    sellers_ill: str = ""
    sellers: str = ""


@dataclass(frozen=True, slots=True)
class RudeWords:
    """rude.yml."""

    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneralWords:
    """house.yml."""

    familiar: tuple[str, ...] = ()
    you: tuple[str, ...] = ()
    polite: Mapping[str, str] = field(default_factory=dict)
    """Dialect: its forms of address that are polite; 您 is not said there."""
    marks: Mapping[str, str] = field(default_factory=dict)
    alone: str = ""
    """Those that show their dialect by themselves, unless words of `mandarin` stand beside them."""
    mandarin: str = ""
    disguised: tuple[str, ...] = ()

    def hidden(self) -> tuple[str, ...]:
        """The words worth hiding, one by one."""
        return tuple(word for line in self.disguised for word in line.split("|"))


@dataclass(frozen=True, slots=True)
class AspectWords:
    """aspects.yml."""

    yuan: Mapping[str, str] = field(default_factory=dict)
    gb: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConceptWords:
    """concepts.yml."""

    concepts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignWords:
    """signs.yml."""

    refused: str = ""
    turned: str = ""
    asked: str = ""
    courteous: str = ""
    sure: str = ""
    courtesy: str = ""


def either(patterns: tuple[str, ...], words: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern for all of these; {word} stands for the words of that name, ~N for up to N characters in between."""
    return re.compile("|".join(f"(?:{_expanded(pattern, words or {})})" for pattern in patterns))


def _expanded(pattern: str, words: Mapping[str, str]) -> str:
    filled = _WORD.sub(lambda found: f"(?:{words[found.group(1)]})" if found.group(1) in words else found.group(), pattern)
    return _GAP.sub(lambda found: f"{_SAME_SENTENCE}{{0,{found.group(1)}}}?", filled)


@functools.cache
def promise_words() -> PromiseWords:
    return fill(PromiseWords, read(_FOLDER / "promises.yml"), "promises.yml")


@functools.cache
def leakage_words() -> LeakageWords:
    return fill(LeakageWords, read(_FOLDER / "leakage.yml"), "leakage.yml")


@functools.cache
def topic_words() -> TopicWords:
    return fill(TopicWords, read(_FOLDER / "topics.yml"), "topics.yml")


@functools.cache
def rude_words() -> RudeWords:
    return fill(RudeWords, read(_FOLDER / "rude.yml"), "rude.yml")


@functools.cache
def general_words() -> GeneralWords:
    return fill(GeneralWords, read(_FOLDER / "house.yml"), "house.yml")


@functools.cache
def aspect_words() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """aspects.yml: kind of figure: aspect: its words."""
    listed = fill(AspectWords, read(_FOLDER / "aspects.yml"), "aspects.yml")
    kinds = {"yuan": listed.yuan, "gb": listed.gb, "hours": listed.hours, "months": listed.months}
    return {kind: {aspect: re.compile(words) for aspect, words in found.items()} for kind, found in kinds.items()}


@functools.cache
def concept_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What is spoken of, in whichever words: those of concepts.yml, and of promises.yml."""
    listed = fill(ConceptWords, read(_FOLDER / "concepts.yml"), "concepts.yml").concepts
    promised = {name: words for name, words in promise_words().words.items() if name not in ("manner", "service")}
    return tuple((f"@{name}", either((words,))) for name, words in {**promised, **listed}.items())


@functools.cache
def sign_words() -> tuple[re.Pattern[str], ...]:
    """signs.yml, in the order of its keys."""
    listed = _signs()
    return tuple(map(re.compile, (listed.refused, listed.turned, listed.asked, listed.courteous, listed.sure)))


@functools.cache
def courtesy() -> re.Pattern[str]:
    """A clause that says nothing of the house, as a whole."""
    return re.compile(f"(?:{_signs().courtesy})+")


@functools.cache
def _signs() -> SignWords:
    return fill(SignWords, read(_FOLDER / "signs.yml"), "signs.yml")
