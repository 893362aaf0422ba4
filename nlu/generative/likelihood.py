"""How sure the model is of a label: from the log-probabilities of the tokens that it weighed at the label's place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weighed:
    """A token of an answer; `others` are what the model weighed in its place, itself included, as (text, log-probability)."""

    text: str
    others: tuple[tuple[str, float], ...] = ()


def label_shares(tokens: Sequence[Weighed], at: int, codes: Sequence[str]) -> Mapping[str, float]:
    """The probability of each code at character `at` of the answer, summing to 1; empty where the tokens tell nothing.

    Where a code is spelt by several tokens, what branches off earlier is shared out among the codes that begin so.
    """
    shares = dict.fromkeys(codes, 0.0)
    mass, said = 1.0, ""
    for token, head in _from(tokens, at):
        chosen = said + token.text[len(head) :]
        done = any(chosen.startswith(code) for code in codes)
        for text, log_probability in token.others:
            if text == token.text and not done:
                continue  # the tokens behind it tell how this share is divided
            for code, share in _divided(said + text[len(head) :] if text.startswith(head) else None, codes):
                shares[code] += mass * share * math.exp(log_probability)
        if done:
            break
        mass *= math.exp(dict(token.others).get(token.text, -math.inf))
        said = chosen
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()} if total > 0 else {}


def _from(tokens: Sequence[Weighed], at: int) -> Iterator[tuple[Weighed, str]]:
    """The tokens from character `at` on, each with what it holds of the text before that place."""
    begin = 0
    for token in tokens:
        end = begin + len(token.text)
        if end > at:
            yield token, token.text[: max(0, at - begin)]
        begin = end


def _divided(text: str | None, codes: Sequence[str]) -> Sequence[tuple[str, float]]:
    """The codes that a beginning may become, with equal shares."""
    if not text:
        return ()
    group = [code for code in codes if code.startswith(text) or text.startswith(code)]
    return [(code, 1 / len(group)) for code in group]
