"""What a bot's config.yml says of understanding: the options of its `XiangyinNLU` pipeline item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: `units` follow the number (longest wins), `cues` may stand before a bare number (内存16).

    `scale` multiplies for some units: {T: 1024} where the entity counts GB. `not_after` are words that make something else of
    the number (第二台, 这两台). `loose` are units that count anything (两个): such a one counts at the end of a clause, before a
    number, or before one of its words ({个: [云服务器]}), a 的 between them or not.
    """

    units: tuple[str, ...]
    cues: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    not_after: tuple[str, ...] = ()
    loose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of contract: 两年 -> unit 'year', count 2. 年费 and 包月 give the unit alone."""

    unit: str
    count: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Options of understanding. Entity names are the bot's own; an empty one switches that extractor off."""

    name: str = "XiangyinNLU"
    max_needs: int = 5
    compound: bool = True
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    money: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity to the cue words near the amount (预算, 以内): an amount of money without a cue fills nothing."""
    period: Period | None = None
    phone: str = ""
    person: str = ""
    company: str = ""
    date: str = ""
    encoder: str = ""
    """The bundled encoder whose reading helps the bot's own model (nlu.encoding); none where empty."""
    tagger: bool = False
    """Whether a tagger is learnt from the marked entities as well: names of no table are found by the words around them."""
