"""The phonology files as values: one Phonology a dialect."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from dialogue.yaml_file import fill, read

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
NO_INITIAL = "-"
"""How the files write that a syllable begins with its final."""
COMMON = 0.5
"""Where no speaker is named, the rules that at least this share of the speakers shows are followed."""
TONES = "tones"
"""The rule that every dialect has: its own contours instead of Mandarin's."""


class PronunciationError(ValueError):
    """A dialect without a phonology file, or a text that cannot be read aloud; says which character."""


class MissingReadingsError(PronunciationError):
    """The package that reads a language's characters is not installed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A town and its tones: `tones`, Chao contours of the Mandarin categories 1 to 4, in order; `entering` of the entering tone,
    where it is one of its own (category 6); `before`, contours that change before another syllable; `neutral`, the level after
    each tone, or one for all."""

    name: str
    tones: str
    source: str
    share: float = 1.0
    entering: str = ""
    before: dict[str, str] = field(default_factory=dict)
    neutral: str = "1"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a dialect differs, shown by `share` of its speakers, in `places` (empty: everywhere).

    It applies where all conditions that are not empty hold: `when_initial`, `when_final`, `when_tone`, `characters`. It changes
    `initial` and `final` (maps), the tone by the `entering` class of the character, a whole reading (`readings`), or gives
    neutral syllables their full tone back (`full_tones`).
    """

    name: str
    share: float
    source: str
    initial: dict[str, str] = field(default_factory=dict)
    final: dict[str, str] = field(default_factory=dict)
    when_initial: tuple[str, ...] = ()
    when_final: tuple[str, ...] = ()
    when_tone: tuple[int, ...] = ()
    characters: str = ""
    entering: dict[str, int] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    full_tones: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phonology:
    """One file of rules. `words` are the dialect's own, in pinyin, Jyutping or Wugniu; no rule touches their sounds. `sandhi`:
    what changes before another tone as in Mandarin: third tones, 一 and 不; third tones alone; nothing. `letters`: empty, as all
    kinds of Mandarin have them."""

    name: str
    places: tuple[Place, ...]
    tone_share: float = 1.0
    sandhi: Literal["mandarin", "third", "none"] = "mandarin"
    rules: tuple[Rule, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names) or TONES in names:
            raise ValueError(f"each rule needs a name of its own, not {TONES!r}; got {', '.join(names)}")


@cache
def phonology(dialect: str) -> Phonology:
    """The rules of `dialect`. Raises PronunciationError for an unknown one."""
    if dialect not in DIALECTS:
        raise PronunciationError(f"no phonology for dialect {dialect!r}; there are: {', '.join(DIALECTS)}")
    return fill(Phonology, read(FOLDER / f"{dialect}.yml"))


@cache
def letters(dialect: str) -> dict[str, tuple[str, ...]]:
    """Latin letters as they are spelt out: the dialect's own way, or that of Mandarin."""
    own = phonology(dialect).letters
    table: dict[str, str] = own or read(FOLDER / "letters.yml").plain()
    return {letter: tuple(reading.split()) for letter, reading in table.items()}


@cache
def words(dialect: str) -> dict[str, tuple[str, ...]]:
    """The dialect's own words and their syllables."""
    return {word: tuple(reading.split()) for word, reading in phonology(dialect).words.items()}


@cache
def entering_classes() -> dict[str, str]:
    """Characters of the entering tone: voiceless, sonorant or voiced, after their Middle Chinese initial."""
    table: dict[str, str] = read(FOLDER / "entering.yml").plain()
    return {character: name for name, characters in table.items() for character in characters if not character.isspace()}
