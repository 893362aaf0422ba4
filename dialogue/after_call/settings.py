"""bot.yml's `after_call`: the documents of a conversation that is over, and its lead; the defaults are in defaults.yml beside."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from dialogue.yaml_file import fill, nearest, read

DEFAULTS = Path(__file__).with_name("defaults.yml")
Happening = Literal["lead", "contact", "hand_over", "row", "open_need", "refused_need"]
"""What a condition may ask for: a lead was recorded, a telephone number is known, a person took over, a row of a table was told,
a need is open, a need was refused."""
Block = Literal[
    "contact",
    "needs",
    "requirements",
    "rows",
    "totals",
    "answers",
    "told",
    "promises",
    "open_points",
    "steps",
    "signals",
    "moods",
    "transcript",
    "notes",
]
"""What a section may list; dialogue/after_call/blocks.py says what each entry holds."""
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "contact": ("label", "value", "words", "turn"),
    "needs": ("turn", "need", "words", "status"),
    "requirements": ("configuration", "label", "value", "words", "turn"),
    "rows": ("configuration", "name", "specs", "prices", "source"),
    "totals": ("label", "value"),
    "answers": ("name", "text", "source"),
    "told": ("turn", "text", "sources"),
    "signals": ("says", "points", "turn", "words"),
    "moods": ("turn", "score", "words"),
    "transcript": ("turn", "who", "text"),
}
"""What the entries of a block hold; those of the other blocks hold `text`, rows all their columns besides."""
FIGURES = (
    *("client", "date", "began", "minutes", "channel", "ended", "turns", "dialects", "conversation"),
    *("score", "grade", "satisfaction", "next_step", "hand_over"),
)
"""What any template may name besides: figures of the conversation."""
Settings = TypeVar("Settings")
WHOLE = {"whole": True}
"""Of a mapping that is replaced as a whole where a bot writes its own."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where all that it names does; an empty one always does."""

    intents: tuple[str, ...] = ()
    """One of these was asked for."""
    slots: tuple[str, ...] = ()
    """All of these are filled."""
    lacks: tuple[str, ...] = ()
    """All of these are empty."""
    happened: tuple[str, ...] = ()
    """All of these: see Happening."""
    missing: tuple[str, ...] = ()
    """None of these happened."""
    ended: tuple[str, ...] = ()
    """The conversation ended for one of these reasons (goodbye, hang_up, silence, idle ...)."""
    terms: tuple[str, ...] = ()
    """facts/terms.yml has all of these."""
    satisfaction_below: float | None = None
    """The last score is below; without a score it is not."""
    satisfaction_above: float | None = None
    needs: int = 0
    """So many different things were asked for, or more."""

    def __post_init__(self) -> None:
        known = get_args(Happening)
        for name in (*self.happened, *self.missing):
            if name not in known:
                raise ValueError(f"'{name}' is nothing that can happen{nearest(name, known)}; there are {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that speaks for or against a sale. 0 points switch it off."""

    points: float | None = None
    says: str = ""
    when: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next, where the condition holds."""

    says: str
    when: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: a text, and a block of the account as a table (`columns`) or a list (`line`)."""

    heading: str = ""
    text: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)
    """Preference or persona heard: another `text`."""
    block: str = ""
    columns: Mapping[str, str] = field(default_factory=dict, metadata=WHOLE)
    """Heading of a column: its cells, with {placeholders} of the block's entries."""
    line: str = ""
    empty: str = ""
    """Said where the block has no entries; without it the section is left out then."""
    when: Condition = field(default_factory=Condition)
    worded: bool | None = None
    """Whether a language model may word the text, where `wording` lets one."""

    def __post_init__(self) -> None:
        known = get_args(Block)
        if self.block and self.block not in known:
            raise ValueError(f"'block' names '{self.block}'{nearest(self.block, known)}; there are {', '.join(known)}")


@dataclass(frozen=True, slots=True)
class Template:
    """A document. Sections stand in `order`; without it, in the order in which they are written."""

    title: str = ""
    audience: Literal["", "house", "client"] = ""
    """Who reads it. What a client reads holds none of his words that the guard would stop."""
    sections: Mapping[str, Section] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    footer: str = ""
    when: Condition = field(default_factory=Condition)
    """Whether it is written at all."""

    @property
    def ordered(self) -> tuple[Section, ...]:
        return tuple(self.sections[name] for name in self.order or self.sections if name in self.sections)


@dataclass(frozen=True, slots=True)
class LeadSettings:
    """The lead record and its score. Without `to` it is only written beside the documents."""

    to: str = ""
    """Name of the webhook (bot.yml's `webhooks`)."""
    fields: tuple[str, ...] = ()
    """Slots that may be sent; without any, those that the bot's actions of kind lead write down."""
    consent: str = ""
    """Slot that must be true before personal data is sent. Without it, leaving a lead is the consent."""
    words: bool | None = None
    """Whether the client's words are sent along (default: they are), without personal data unless there is consent."""
    documents: tuple[str, ...] = ()
    """Documents that are sent along as Markdown; only with consent."""
    least: float | None = None
    """Points below which nothing is sent, unless a lead was recorded."""
    signals: Mapping[str, Signal] = field(default_factory=dict)
    grades: Mapping[str, float] = field(default_factory=dict, metadata=WHOLE)
    """Grade: the points from which it is given, the highest first."""


@dataclass(frozen=True, slots=True)
class DocumentWording:
    """How a language model words sections; what it says goes through the guard, and the template's text stands in."""

    persona: str = ""
    """What the model is told of its part where the adapter's card does not."""
    deadline_s: float = 20.0
    max_tokens: int = 300

    def __post_init__(self) -> None:
        if self.deadline_s <= 0 or self.max_tokens < 1:
            raise ValueError("'deadline_s' must be above 0 seconds and 'max_tokens' 1 or more")


@dataclass(frozen=True, slots=True)
class AfterCallSettings:
    """What is written after a conversation, and what is sent. What is not said here stays as in defaults.yml."""

    documents: Mapping[str, Template] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Documents that are not written."""
    steps: tuple[Step, ...] = ()
    """What may be next; all that hold are listed, the first is the next step."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What slots, columns and intents are called."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What values are called (year: 按年)."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Short wordings of lists and figures; defaults.yml has all of them."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Ending of a slot's name: what is written behind its number (_gb: GB)."""
    lead: LeadSettings = field(default_factory=LeadSettings)
    wording: DocumentWording | None = None
    idle_minutes: float = 0.0
    """Silence after which a chat is over. 0: when its session expires (domain.yml), an hour where it never does."""
    folder: str = ".xiangyin/documents"
    """Where the documents are kept, relative to the bot's folder."""
    keep_days: float = 0.0
    """Days after which the documents of a session are deleted, counted from when they were written last. 0: they are kept."""

    def __post_init__(self) -> None:
        if self.keep_days < 0:
            raise ValueError(f"'keep_days' must be 0 (for ever) or more, got {self.keep_days}")
        if self.idle_minutes < 0:
            raise ValueError(f"'idle_minutes' must be 0 or more, got {self.idle_minutes}")
        for name in self.documents:
            if not name.isidentifier() or not name.isascii():
                raise ValueError(f"a document's name becomes a file's: letters, digits and '_' only, got '{name}'")


@functools.cache
def defaults() -> AfterCallSettings:
    """What holds for every bot."""
    return fill(AfterCallSettings, read(DEFAULTS), DEFAULTS.name)


def settled(own: AfterCallSettings | None) -> AfterCallSettings:
    """A bot's settings over the defaults, key by key."""
    return merged(defaults(), own or AfterCallSettings())


def merged(base: Settings, over: Settings) -> Settings:
    """`over` where it says something, else `base`; mappings are merged by their keys, lists are replaced."""
    values: dict[str, Any] = {}
    for entry in dataclasses.fields(over):  # type: ignore[arg-type]  # settings are dataclasses
        old, new = getattr(base, entry.name), getattr(over, entry.name)
        whole = bool(entry.metadata.get("whole"))
        values[entry.name] = (new or old) if whole else _merged_value(old, new, _default(entry))
    return dataclasses.replace(base, **values)  # type: ignore[type-var]  # settings are dataclasses


def _merged_value(old: Any, new: Any, default: Any) -> Any:  # Any: a field of any of the settings
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {key: _merged_value(old.get(key), new.get(key), None) for key in dict.fromkeys((*old, *new))}
    if dataclasses.is_dataclass(new) and type(old) is type(new):
        return merged(old, new)
    return old if new == default else new


def _default(entry: dataclasses.Field[Any]) -> Any:
    return entry.default if entry.default_factory is dataclasses.MISSING else entry.default_factory()
