"""Which dialect the caller speaks, from all that they have said: a belief that each turn moves a little.

One short turn tells a dialect wrongly in one case of ten; the same person on the same call seldom changes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from asr.dialects import DEFAULT_DIALECT, DIALECT_CODES
from asr.transcript import Transcript

_EXPECTED = 0.8
"""Share of the callers who speak one of the dialects that the bot expects."""
_LONG = 8
"""A turn of so many characters counts in full; shorter ones less, as they tell less."""
_WEIGHT = 0.8
"""Turns of one call are alike: what misled once misleads again."""
_LEAST = 0.01
_FORGET = 0.03
"""Another person may come to the telephone; a belief that never weakens would not notice."""
_RIGHT = 0.8
"""How often a recogniser that tells a dialect, but no odds, is right (FunASR, Whisper: 0.8 to 0.9)."""

Odds = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class CallDialect:
    """`odds`: how likely each dialect is, likeliest first; `prior`: before the first word. Both sum to 1."""

    odds: Odds
    prior: Odds

    @property
    def best(self) -> str:
        """The likeliest dialect."""
        return self.odds[0][0]

    @property
    def sure(self) -> float:
        """How likely it is, in [0, 1]."""
        return self.odds[0][1]


def expecting(dialects: Sequence[str]) -> CallDialect:
    """Before the call: the dialects that bot.yml names share most of the odds equally, the others the rest."""
    named = [code for code in DIALECT_CODES if code in dialects] or [DEFAULT_DIALECT]
    others = [code for code in DIALECT_CODES if code not in named]
    share = _EXPECTED if others else 1.0
    odds = {code: share / len(named) for code in named} | {code: (1 - share) / len(others) for code in others}
    return CallDialect(_sorted(odds), _sorted(odds))


def after(before: CallDialect, heard: Transcript) -> CallDialect:
    """One turn further (Bayes, tempered). A turn without words tells nothing."""
    if not heard.text:
        return before
    weight = _WEIGHT * min(1.0, len(heard.text) / _LONG)
    prior, told = dict(before.prior), _told(heard)
    logs = {
        code: math.log((1 - _FORGET) * odds + _FORGET * prior[code]) + weight * math.log(max(told.get(code, 0.0), _LEAST))
        for code, odds in before.odds
    }
    top = max(logs.values())
    odds = {code: math.exp(value - top) for code, value in logs.items()}
    total = sum(odds.values())
    return CallDialect(_sorted({code: value / total for code, value in odds.items()}), before.prior)


def _told(heard: Transcript) -> dict[str, float]:
    """What one turn says of the dialect, each as likely as the others beforehand."""
    if heard.dialects:
        return dict(heard.dialects)
    rest = (1 - _RIGHT) / (len(DIALECT_CODES) - 1)
    return {code: _RIGHT if code == heard.dialect else rest for code in DIALECT_CODES}


def _sorted(odds: dict[str, float]) -> Odds:
    return tuple(sorted(odds.items(), key=lambda item: -item[1]))
