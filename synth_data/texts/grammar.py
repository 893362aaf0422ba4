"""Sentences by a grammar: templates, slots and words of a sales domain, split once for all into training and evaluation.

A template belongs to one split by the hash of its text, and so does every combination of slot values; what a caller of
the evaluation says was therefore never said in training, neither its sentence nor its values together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import yaml

Split = Literal["train", "eval"]
Item = TypeVar("Item")

FOLDER = Path(__file__).parent / "grammars"
EVAL_TEMPLATES, EVAL_COMBINATIONS = 8, 5
"""One template of 8 and one combination of 5 are set aside for evaluation."""

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
ALWAYS_TRAIN, SMALL, WORDS, DIGITS, JOINS, FILLERS = "always_train", "small", "words", "digits", "joins", "fillers"
FILLER_SHARE = 0.22
TRIES, FILL_TRIES = 200, 20


class GrammarError(ValueError):
    """A grammar folder that is missing or faulty; the message names the file."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text to be spoken. `text` may hold ，where a speaker pauses; `template` is an id, `slots` the values, in order."""

    text: str
    template: str
    slots: str = ""

    @property
    def written(self) -> str:
        """As a transcript: without punctuation."""
        return re.sub(r"[^\w]", "", self.text)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Shares of the kinds of sentence; they need not add up to 1."""

    single: float = 0.30
    compound: float = 0.22
    small: float = 0.16
    words: float = 0.26
    digits: float = 0.06


@dataclass(frozen=True, slots=True)
class Template:
    """One template and the folder entry it stood under."""

    text: str
    intent: str

    @property
    def id(self) -> str:
        return f"{self.intent}.{digest(self.text):08x}"


@dataclass(frozen=True, slots=True)
class Grammar:
    """A folder of grammars/. `templates` are by dialect; a list may have a form of its own for a dialect (name@dialect)."""

    templates: dict[str, tuple[Template, ...]]
    slots: dict[str, tuple[str, ...]]
    lists: dict[str, tuple[str, ...]]
    reserved: frozenset[str] = field(default=frozenset())

    def sample(self, rng: np.random.Generator, dialect: str, split: Split, kinds: Kinds) -> Sentence:
        """One sentence of the split; never one of `reserved`. Raises GrammarError when the grammar cannot give one."""
        for _ in range(TRIES):
            sentence = self._draw(rng, dialect, split, kinds)
            if sentence is None or is_reserved(sentence.written, self.reserved):
                continue
            if split == "train" or not self._is_listed(sentence.written):
                return sentence
        raise GrammarError(f"the grammar gave no free sentence for {dialect} ({split}) in {TRIES} tries")

    def _draw(self, rng: np.random.Generator, dialect: str, split: Split, kinds: Kinds) -> Sentence | None:
        names = ("single", "compound", "small", "words", "digits")
        weights = np.array([getattr(kinds, name) for name in names])
        kind = names[int(rng.choice(len(names), p=weights / weights.sum()))]
        match kind:
            case "words":
                return self._words(rng, dialect, split)
            case "digits":
                return self._digits(rng, split)
            case "small":
                return self._small(rng, dialect, split)
        count = 1 if kind == "single" else int(rng.choice([2, 3], p=[0.7, 0.3]))
        templates = [self._template(rng, dialect, split) for _ in range(count)]
        for _ in range(FILL_TRIES):
            parts = [self._fill(template, rng) for template in templates]
            slots = ";".join(part.slots for part in parts if part.slots)
            if not slots or split_of_slots(slots) == split:
                break
        else:
            return None
        if kind == "compound":
            joins = [str(rng.choice(self._list(JOINS, dialect))) for _ in parts[1:]]
            text = parts[0].text + "".join(f"，{join}{part.text}" for join, part in zip(joins, parts[1:], strict=True))
        else:
            text = parts[0].text
        return Sentence(self._filler(rng, dialect) + text, "+".join(part.template for part in parts), slots)

    def _template(self, rng: np.random.Generator, dialect: str, split: Split) -> Template:
        """Half of the time the dialect's own wording, half the standard sentence in its accent."""
        own = dialect if dialect in self.templates and rng.random() < 0.5 else "cmn"
        return pick(rng, tuple(one for one in self.templates[own] if split_of_template(one.text) == split))

    def _fill(self, template: Template, rng: np.random.Generator) -> Sentence:
        text = CHOICE.sub(lambda match: pick(rng, tuple(match[1].split("|"))), template.text)
        values: list[str] = []

        def value(match: re.Match[str]) -> str:
            chosen = phone_number(rng) if match[1] == "phone" else pick(rng, self._slot(match[1]))
            values.append(f"{match[1]}={chosen}")
            return chosen

        return Sentence(SLOT.sub(value, text), template.id, ";".join(values))

    def _slot(self, name: str) -> tuple[str, ...]:
        if name not in self.slots:
            raise GrammarError(f"slots.yml: a template uses {{{name}}}, which has no values there")
        return self.slots[name]

    def _small(self, rng: np.random.Generator, dialect: str, split: Split) -> Sentence:
        own = dialect if f"{SMALL}@{dialect}" in self.templates and rng.random() < 0.5 else "cmn"
        free = tuple(one for one in self.templates[f"{SMALL}@{own}"] if split_of_template(one.text) == split)
        if split == "train" and rng.random() < 0.4:
            return Sentence(pick(rng, self.lists[ALWAYS_TRAIN]), ALWAYS_TRAIN)
        sentence = self._fill(pick(rng, free), rng)
        return Sentence(self._filler(rng, dialect) + sentence.text, sentence.template, sentence.slots)

    def _words(self, rng: np.random.Generator, dialect: str, split: Split) -> Sentence | None:
        """A string of words without sense, so that the sound must be heard."""
        words = [*self.lists[WORDS], *self.lists.get(f"{WORDS}@{dialect}", ()) * 3]
        values = [value for name in self.slots for value in self.slots[name]]
        count = int(rng.choice([1, 2, 3, 4, 5, 6], p=[0.1, 0.25, 0.25, 0.2, 0.1, 0.1]))
        drawn = [pick(rng, tuple(values)) if rng.random() < 0.35 else pick(rng, tuple(words)) for _ in range(count)]
        slots = ";".join(f"word={word}" for word in drawn)
        if split_of_slots(slots) != split:
            return None
        return Sentence("".join(drawn), WORDS, slots)

    def _digits(self, rng: np.random.Generator, split: Split) -> Sentence | None:
        if rng.random() < 0.4:
            text = phone_number(rng)
        else:
            text = "".join(pick(rng, self.lists[DIGITS]) for _ in range(int(rng.integers(1, 9))))
        return Sentence(text, DIGITS, f"digits={text}") if split_of_slots(f"digits={text}") == split else None

    def _filler(self, rng: np.random.Generator, dialect: str) -> str:
        if rng.random() >= FILLER_SHARE:
            return ""
        return pick(rng, self._list(FILLERS, dialect)) + ("，" if rng.random() < 0.5 else "")

    def _is_listed(self, text: str) -> bool:
        """Whether `text` is a word of the lists, all of which training hears."""
        return any(text in words for words in self.lists.values())

    def _list(self, name: str, dialect: str) -> tuple[str, ...]:
        return self.lists.get(f"{name}@{dialect}", self.lists[name])


@cache
def load_grammar(folder: str, reserved: frozenset[str] = frozenset()) -> Grammar:
    """Read grammars/`folder`; `reserved` are folded texts that must never be said."""
    root = FOLDER / folder
    if not (root / "cmn.yml").is_file():
        raise GrammarError(f"{root}: no grammar there; there are: {', '.join(sorted(p.name for p in FOLDER.iterdir()))}")
    templates: dict[str, tuple[Template, ...]] = {}
    for file in sorted(root.glob("*.yml")):
        if file.stem in {"slots", "small"}:
            continue
        data = _read(file)
        own = [Template(text, intent) for intent in data if intent != SMALL for text in data[intent]]
        templates[file.stem] = tuple(own)
        templates[f"{SMALL}@{file.stem}"] = tuple(Template(text, SMALL) for text in data.get(SMALL, ()))
    lists = {name: tuple(values) for name, values in _read(root / "small.yml").items()}
    templates[f"{SMALL}@cmn"] = tuple(Template(text, SMALL) for text in lists.pop(SMALL))
    slots = {name: tuple(values) for name, values in _read(root / "slots.yml").items()}
    return Grammar(templates, slots, lists, reserved)


def digest(text: str) -> int:
    """A hash that stays the same in every run and on every machine, 32 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


@cache
def split_of_template(text: str) -> Split:
    """The split that a template belongs to."""
    return "eval" if digest(text) % EVAL_TEMPLATES == 0 else "train"


def split_of_slots(slots: str) -> Split:
    """The split that values named together, `slot=value;...` in spoken order, belong to."""
    return "eval" if digest(slots) % EVAL_COMBINATIONS == 0 else "train"


def pick(rng: np.random.Generator, values: Sequence[Item]) -> Item:
    return values[int(rng.integers(len(values)))]


def phone_number(rng: np.random.Generator) -> str:
    """A made-up mobile number, digit by digit; half of the callers say 幺 for 1."""
    digits = "1" + str(rng.integers(3, 10)) + "".join(str(d) for d in rng.integers(0, 10, 9))
    spoken = "零幺二三四五六七八九" if rng.random() < 0.5 else "零一二三四五六七八九"
    return "".join(spoken[int(digit)] for digit in digits)


def is_reserved(text: str, reserved: frozenset[str]) -> bool:
    """Whether `text` is a reserved sentence, or holds one of 8 characters or more."""
    return text in reserved or any(len(one) >= 8 and one in text for one in reserved)


def _read(file: Path) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(file.read_text("utf-8"))
    return loaded
