"""What a corpus says of its texts, and how far the speakers of each dialect use its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dialogue.llm.settings import LlmSettings


@dataclass(frozen=True, slots=True)
class LlmParaphrase:
    """A language model asked for further wordings of the templates, before the corpus is made."""

    endpoint: LlmSettings
    wordings: int = 3
    """How many are asked for, a template."""
    templates: int = 0
    """How many templates are asked about; 0: all of them."""

    def __post_init__(self) -> None:
        if not 1 <= self.wordings <= 20:
            raise ValueError(f"'wordings' must be between 1 and 20, got {self.wordings}")


@dataclass(frozen=True, slots=True)
class TextSettings:
    """The key `texts` of a synthesis config."""

    bots: tuple[Path, ...] = ()
    """Folders of bots whose examples, look-ups and facts become templates and words beside those of `grammar`."""
    paraphrase: float = 0.0
    """Share of the sentences, and of the numbers in them, that are said otherwise by rule."""
    dialect_words: bool = False
    """Mandarin sentences are put into the words of the speaker's dialect."""
    general_words: float = 0.0
    """Of the words without sense that training hears, the share that are everyday words and not those of the domain."""
    llm: LlmParaphrase | None = None

    def __post_init__(self) -> None:
        for name in ("paraphrase", "general_words"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"'{name}' is a share between 0 and 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Wording:
    """How speakers of a dialect put things: the share of sentences that are the dialect's own templates (`own`), and of the
    others that are Mandarin put into its words, with the range that the strength of each sentence is drawn from.
    What is left is Mandarin wording in the dialect's sound."""

    own: float = 0.5
    reworded: float = 0.0
    strength: tuple[float, float] = (0.4, 1.0)


WORDING = {
    "yue": Wording(0.4, 0.65, (0.6, 1.0)),
    "wuu": Wording(0.4, 0.9, (0.6, 1.0)),
    "cmn-sichuan": Wording(0.35, 0.5, (0.3, 1.0)),
    "cmn-dongbei": Wording(0.25, 0.5, (0.2, 0.9)),
    "cmn-zhongyuan": Wording(0.25, 0.5, (0.2, 0.9)),
    "cmn-jianghuai": Wording(0.25, 0.45, (0.2, 0.9)),
    "cmn-wu": Wording(0.3, 0.25, (0.1, 0.7)),
    "cmn-yue": Wording(0.0, 0.0),
    "cmn-min": Wording(0.0, 0.0),
}
"""Set by ear: Cantonese and Shanghai Wu are spoken in their own words; speakers of Mandarin with a Cantonese or Hokkien accent
say what Mandarin says (their words would be another language's)."""


def wording_of(dialect: str) -> Wording:
    """How far speakers of `dialect` use its words."""
    return WORDING.get(dialect, Wording())
