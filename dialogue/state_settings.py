"""What bot.yml says of the state under `state:`; without it a bot keeps its slots as Rasa does and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AskedAs:
    """Where the wordings stand by which people ask for a row without naming it: a table's `column`, separated by |.

    The row found is taken for the entity `entity`, with its id as the value.
    """

    table: str
    column: str
    entity: str


@dataclass(frozen=True, slots=True)
class StateSettings:
    """What makes up one configuration, of which a customer may have several side by side."""

    configuration: tuple[str, ...] = ()
    """Slots that belong to one configuration; the first names the kind of thing (product_type). Empty: all of this is off."""
    carried: tuple[str, ...] = ()
    """Those of them that a further configuration takes over (region, billing_period), unless the customer names others."""
    count: str = ""
    """Slot with how many of a configuration are wanted; put aside with it."""
    row: str = "quoted"
    """Slot with the id of the row that was told last for a configuration."""
    compared: str = "compared"
    """Slot with the id of the row before."""
    table: str = ""
    """File in facts/, without .csv, in which cheaper and dearer ones are looked for."""
    order: str = ""
    """Column by which rows are cheaper or dearer."""
    usual: Mapping[str, str] = field(default_factory=dict)
    """Kind of thing: id of the row taken for a customer who leaves it to the bot (随便, 你推荐一个). Where no kind is known, the
    first of them."""
    wishes: Mapping[str, str] = field(default_factory=dict)
    """Slot of type list: entity. What was asked for and not turned down since (features: feature)."""
    wanted: str = ""
    """Slot with the ids of all rows that the customer wants together (两种都要)."""
    dropped: str = ""
    """Slot with the words of what this very sentence turned down; rules may ask for it."""
    refusable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Intent: words. Where the sentence turns these down (不用转人工), the intent is not meant."""

    asked_as: Mapping[str, AskedAs] = field(default_factory=dict)
    """Intent: the wordings by which a need of it is understood that names nothing (半夜有人管吗)."""
    farewells: tuple[str, ...] = ()
    """Words of which one must end a sentence that asks for something besides, if `goodbye` is to end the call."""

    @property
    def kind(self) -> str:
        """The slot with the kind of thing; '' where there is none."""
        return self.configuration[0] if self.configuration else ""
