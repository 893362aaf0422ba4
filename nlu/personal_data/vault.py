"""Tokens in place of personal data, and the way back: the same value has the same token inside one conversation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from nlu.personal_data.found import Found, Kind
from nlu.text import fold

_TOKEN = re.compile(r"\[(?:EMAIL|ID|CARD|PHONE|PLATE|DOCUMENT|ACCOUNT|ADDRESS|NAME)_\d+(?:\.\d+)?\]")
_NO_VALUE = re.compile(r"[\s\-,、.·()/_:—–+]")
_FIGURES = str.maketrans("零〇洞一二三四五六七八九幺妖腰拐", "0001234567891117")
_KNOWN_LENGTH = 2
"""A value of one character (a surname) is no evidence where it stands again."""


@dataclass(frozen=True, slots=True)
class Vault:
    """What was taken out of one conversation: wording -> token. Never write it where the text is kept.

    [PHONE_1] is a value; [PHONE_1.2] is the same value in a second wording, so that `restore` gives every text back as it was.
    """

    wordings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    """Tokens that stood in the texts before: their numbers are not given out again."""

    def taken(self, kind: Kind, wording: str) -> Vault:
        """The vault with this wording in it."""
        if wording in self.wordings:
            return self
        value = f"{kind} {_value(wording)}"
        same = self.values.get(value)
        if same is None:
            used = {*self.wordings.values(), *self.reserved}
            token = next(token for number in itertools.count(1) if (token := f"[{kind}_{number}]") not in used)
            return replace(self, wordings={**self.wordings, wording: token}, values={**self.values, value: token})
        count = 1 + sum(token == same or token.startswith(same[:-1] + ".") for token in self.wordings.values())
        return replace(self, wordings={**self.wordings, wording: f"{same[:-1]}.{count}]"})

    def reserving(self, texts: Iterable[str]) -> Vault:
        """The vault that gives out none of the tokens that stand in these texts, as in one that was scrubbed before."""
        found = {token for text in texts for token in _TOKEN.findall(text)} - set(self.wordings.values())
        return replace(self, reserved=self.reserved | found)

    def restore(self, text: str) -> str:
        """The text as it was; tokens that are not from here stay."""
        wording_of = {token: wording for wording, token in self.wordings.items()}
        return _TOKEN.sub(lambda match: wording_of.get(match.group(), match.group()), text)

    def known_in(self, text: str) -> Iterator[Found]:
        """Where a value stands again that was found before, without the cue that gave it away the first time."""
        for wording, token in self.wordings.items():
            if len(wording) >= _KNOWN_LENGTH:
                kind: Kind = token[1:-1].split("_")[0]  # type: ignore[assignment]  # tokens are made from kinds
                yield from (Found(kind, match.start(), match.end()) for match in re.finditer(re.escape(wording), text))


def _value(wording: str) -> str:
    """Two wordings of one value have this in common; a spoken figure is the same as a typed one."""
    plain = _NO_VALUE.sub("", fold(wording))
    figures = plain.translate(_FIGURES)
    return figures if figures.isascii() and figures.isdigit() else plain
