"""The phonology files as values: one Phonology a dialect, and the table of syllables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
DIALECTS = (
    "cmn",
    "yue",
    "wuu",
    "cmn-sichuan",
    "cmn-dongbei",
    "cmn-zhongyuan",
    "cmn-jianghuai",
    "cmn-wu",
    "cmn-yue",
    "cmn-min",
)


class PronunciationError(ValueError):
    """A dialect without a phonology file, or a text that cannot be read aloud; says which character."""


class MissingReadingsError(PronunciationError):
    """The package that reads a language's characters is not installed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One merger: initials and finals that become others, where the other half allows it (empty: anywhere)."""

    initial: dict[str, str]
    final: dict[str, str]
    when_initial: frozenset[str]
    when_final: frozenset[str]


@dataclass(frozen=True, slots=True)
class Phonology:
    """One file of rules. `tones` maps the five tones of Mandarin to espeak-ng's contours; `words` hold pinyin or Jyutping."""

    tones: dict[int, str]
    sandhi: bool
    rules: tuple[Rule, ...]
    second_tone: frozenset[str]
    words: dict[str, tuple[str, ...]]
    letters: dict[str, tuple[str, ...]]


@cache
def phonology(dialect: str) -> Phonology:
    """The rules of `dialect`. Letters are common to all kinds of Mandarin."""
    file = FOLDER / f"{dialect}.yml"
    if dialect not in DIALECTS:
        raise PronunciationError(f"no phonology for dialect {dialect!r}; there are: {', '.join(DIALECTS)}")
    data = _load(file)
    letters = data["letters"] if "letters" in data else _load(FOLDER / "letters.yml")
    return Phonology(
        tones=data.get("tones", {}),
        sandhi=data.get("sandhi", False),
        rules=tuple(_rule(rule) for rule in data.get("rules", [])),
        second_tone=frozenset(data.get("second_tone", "")),
        words={word: tuple(reading.split()) for word, reading in data.get("words", {}).items()},
        letters={letter: tuple(reading.split()) for letter, reading in letters.items()},
    )


@dataclass(frozen=True, slots=True)
class Syllables:
    """Pinyin to (initial, final); those back to pinyin, and to espeak-ng's phonemes with {} where the tone goes.

    No initial is ''.
    """

    parts: dict[str, tuple[str, str]]
    spelling: dict[tuple[str, str], str]
    notation: dict[tuple[str, str], str]


@cache
def syllables() -> Syllables:
    """The table of cmn_syllables.tsv."""
    parts: dict[str, tuple[str, str]] = {}
    spelling: dict[tuple[str, str], str] = {}
    notation: dict[tuple[str, str], str] = {}
    for line in (FOLDER / "cmn_syllables.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        pinyin, initial, final, phonemes = line.split("\t")
        key = (initial.removeprefix("-"), final)
        parts.setdefault(pinyin, key)
        spelling.setdefault(key, pinyin)
        notation.setdefault(key, phonemes)
    return Syllables(parts, spelling, notation)


def _load(file: Path) -> dict[str, Any]:  # Any: YAML
    loaded: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return loaded


def _rule(data: dict[str, Any]) -> Rule:  # Any: YAML
    return Rule(
        initial={old: new.removeprefix("-") for old, new in data.get("initial", {}).items()},
        final=data.get("final", {}),
        when_initial=frozenset(data.get("when_initial", ())),
        when_final=frozenset(data.get("when_final", ())),
    )
