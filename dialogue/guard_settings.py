"""bot.yml's `guard`: the house's own words, and which texts are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """What a text that is not the bot's own template must keep to before a customer hears it."""

    action_server: bool = False
    """Whether the texts that custom actions make up themselves are checked; what a language model words always is."""
    instead: str = ""
    """Response said in place of a text that was stopped; an empty one leaves it out."""
    claims: bool = True
    """Whether sentences are weighed by what they mean, too: nearer to the bot's own texts, or to what no seller may say."""
    address: str = "您"
    """How customers are addressed; an empty one lets 你 pass as well."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """Wording that the house does not use: the one that it does (云主机: 云服务器)."""
    never_called: tuple[str, ...] = ()
    """Further forms of address that nobody is to hear (老铁 and its like are known)."""
    off_topic: tuple[str, ...] = ()
    """Further words that the bot does not speak of."""
    others: tuple[str, ...] = ()
    """Names of other sellers, of whom nothing ill is said."""
