"""A grammar as values: templates by dialect, the words that fill them, and lists of words; read from grammars/.

Which template, which values together and which sentence belong to training and which to evaluation is settled in splits.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import yaml

from synth_data.texts.paraphrase import canonical
from synth_data.texts.splits import CHOICE, SLOT, Split, digest, splits_of

__all__ = ["CHOICE", "FOLDER", "SLOT", "Grammar", "GrammarError", "Kinds", "Sentence", "Template", "combined", "load_grammar"]

FOLDER = Path(__file__).parent / "grammars"
SMALL = "small"
STANDARD = "cmn"
_BORROWED = {"wuu": "cmn-wu"}
"""A dialect that also says what another's templates say: cmn-wu.yml is worded as speakers of Wu speak."""


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
    """One template and the intent it stood under. `origin` is the template that it is a paraphrase of."""

    text: str
    intent: str
    origin: str = ""

    @property
    def id(self) -> str:
        return f"{self.intent.replace('+', '&')}.{digest(self.origin or self.text):08x}"


@dataclass(frozen=True, slots=True)
class Grammar:
    """`templates` are by dialect, those of short answers under small@DIALECT; a list may have a form for a dialect
    (name@dialect); `reserved` are folded texts that must never be said. `splits` follows from the templates."""

    templates: Mapping[str, tuple[Template, ...]]
    slots: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    reserved: frozenset[str] = frozenset()
    splits: Mapping[str, Split] = field(init=False)
    pools: dict[tuple[str, Split], tuple[Template, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        origins = {one.text: one.origin or one.text for templates in self.templates.values() for one in templates}
        splits = splits_of(origins, canonical)
        pools: dict[tuple[str, Split], tuple[Template, ...]] = {}
        for name, templates in self.templates.items():
            for split in ("train", "eval"):
                pools[name, split] = tuple(one for one in templates if splits[one.text] == split)
        object.__setattr__(self, "splits", splits)
        object.__setattr__(self, "pools", pools)

    def of(self, name: str, split: Split) -> tuple[Template, ...]:
        """The templates of a dialect (or small@DIALECT) in a split; none where it has no own."""
        return self.pools.get((name, split), ())

    def words(self, name: str, dialect: str) -> tuple[str, ...]:
        """A list in the dialect's form, where there is one."""
        return self.lists.get(f"{name}@{dialect}", self.lists.get(name, ()))

    def values(self, slot: str) -> tuple[str, ...]:
        """What may fill {slot}. Raises GrammarError."""
        if slot not in self.slots:
            raise GrammarError(f"slots.yml: a template uses {{{slot}}}, which has no values there")
        return self.slots[slot]


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
    templates[f"{SMALL}@{STANDARD}"] = tuple(Template(text, SMALL) for text in lists.pop(SMALL))
    for dialect, other in _BORROWED.items():
        for form in ("{}", f"{SMALL}@{{}}"):
            templates.setdefault(form.format(dialect), templates.get(form.format(other), ()))
        lists |= {f"{name.split('@')[0]}@{dialect}": words for name, words in lists.items() if name.endswith(f"@{other}")}
    slots = {name: tuple(values) for name, values in _read(root / "slots.yml").items()}
    return Grammar(templates, slots, lists, reserved)


def combined(grammars: Iterable[Grammar]) -> Grammar:
    """One grammar of several: templates and lists are joined, and so are the values of slots of the same name."""
    templates: dict[str, tuple[Template, ...]] = {}
    slots: dict[str, tuple[str, ...]] = {}
    lists: dict[str, tuple[str, ...]] = {}
    reserved: frozenset[str] = frozenset()
    for grammar in grammars:
        reserved |= grammar.reserved
        for name, found in grammar.templates.items():
            known = {one.text for one in templates.get(name, ())}
            templates[name] = (*templates.get(name, ()), *(one for one in found if one.text not in known))
        for name, words in grammar.slots.items():
            slots[name] = tuple(dict.fromkeys((*slots.get(name, ()), *words)))
        for name, words in grammar.lists.items():
            lists[name] = tuple(dict.fromkeys((*lists.get(name, ()), *words)))
    return Grammar(templates, slots, lists, reserved)


def with_paraphrases(grammar: Grammar, paraphrases: Mapping[str, tuple[str, ...]]) -> Grammar:
    """The grammar with other wordings of its templates, by the text of the template."""
    templates = {
        name: (*found, *(Template(text, one.intent, one.text) for one in found for text in paraphrases.get(one.text, ())))
        for name, found in grammar.templates.items()
    }
    return replace(grammar, templates=templates)


def is_reserved(text: str, reserved: frozenset[str]) -> bool:
    """Whether `text` is a reserved sentence, or holds one of 8 characters or more."""
    return text in reserved or any(len(one) >= 8 and one in text for one in reserved)


def _read(file: Path) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load(file.read_text("utf-8"))
    return loaded
