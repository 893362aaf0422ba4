"""What bot.yml says of replies that a language model words (`wording:`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WordedResponse:
    """How one response is worded. Placeholders are those of responses: slots, columns of the row that is told, terms."""

    facts: tuple[str, ...] | None = None
    """What the model is told, as short phrases ({name}每月{price_month_yuan}元); one that lacks a value is left out. Without the
    key it is told the response itself."""
    state: str = ""
    """Where the conversation stands, in a word or two that the adapters were trained with: 询价."""
    may_omit: tuple[str, ...] = ()
    """Placeholders of the response that the model may leave unsaid; all others must stand in its words, and so must the figures
    and links that operators wrote out, unless 'figure' or 'link' stands here."""
    one_of: tuple[str, ...] = ()
    """Placeholders of which one is enough (the price by the month, or that by the year)."""
    keep: tuple[str, ...] = ()
    """Words of which each must stand, alternatives with |: 手机|电话. With them the model may ask what the response asks;
    without, the response's own question stays as it is."""

    def __post_init__(self) -> None:
        for words in self.keep:
            try:
                re.compile(words)
            except re.error as fault:
                raise ValueError(f"'keep': '{words}' cannot be read ({fault}); write words, alternatives with |") from None


@dataclass(frozen=True, slots=True)
class WordingSettings:
    """The responses that the model of `models: {llm: ...}` words, each in the voice of the conversation's adapter.

    The response itself is said wherever the model is late, away, stopped by the guard, or leaves out a fact.
    """

    responses: Mapping[str, WordedResponse] = field(default_factory=dict)
    """By name or pattern (utter_feature*); the first that fits counts. Responses without an entry are never worded."""
    deadline_ms: int = 700
    """Until the first sentence is there: a caller takes a longer pause for a broken line."""
    hold_ms: int = 350
    """In calls: how long sentences that do not yet tell every fact wait for those that do. So the response mostly stands in for
    an answer that lacks one before any of it was heard; after that its sentences follow those that were."""
    whole_ms: int = 4000
    """For all that is asked of the model in one turn."""
    tries: int = 2
    """Answers asked for where the first is not fit to be heard, as long as another is likely to be there by `deadline_ms`."""
    house: Path | None = None
    """The rules of the house's voice (a file as `xiangyin evaluate style --house` reads it): each answer of the model is held
    against them, and the share that it keeps is the metric `style` of a trial."""
    max_chars: int = 120
    """Characters of one reply; the sentences behind are not said."""
    max_tokens: int = 128
    temperature: float = 0.0

    def __post_init__(self) -> None:
        if not 50 <= self.deadline_ms <= self.whole_ms:
            raise ValueError(
                f"'deadline_ms' must be between 50 and 'whole_ms' ({self.whole_ms}) milliseconds, got {self.deadline_ms}"
            )
        if not 1 <= self.tries <= 5:
            raise ValueError(f"'tries' must be between 1 and 5, got {self.tries}")
        if self.hold_ms < 0:
            raise ValueError(f"'hold_ms' must be 0 or more, got {self.hold_ms}")
        if self.max_chars < 10 or self.max_tokens < 4:
            raise ValueError("'max_chars' must be 10 or more and 'max_tokens' 4 or more")
        if not 0 <= self.temperature <= 2:
            raise ValueError(f"'temperature' must be between 0 and 2, got {self.temperature:g}")

    def of(self, response: str) -> WordedResponse | None:
        """The entry of a response; None where it is not to be worded."""
        named = self.responses.get(response)
        if named is not None:
            return named
        return next((entry for pattern, entry in self.responses.items() if fnmatchcase(response, pattern)), None)
