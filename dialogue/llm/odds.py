"""What a server weighed in the place of each token, as OpenAI's protocol tells it (`logprobs`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TokenOdds:
    """A token that was written; `others` are those weighed in its place, as (text, log-probability), itself among them."""

    text: str
    others: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer; `tokens` only where the request asked how likely they were."""

    text: str
    tokens: tuple[TokenOdds, ...] = ()


def piece_of(choice: Mapping[str, Any], key: str) -> Piece:
    """One choice of a chat completion, or of a chunk of it. Raises ValueError, KeyError, TypeError, AttributeError."""
    text = str((choice.get(key) or {}).get("content") or "")
    rows = (choice.get("logprobs") or {}).get("content") or ()
    return Piece(text, tuple(_odds(row) for row in rows))


def _odds(row: Mapping[str, Any]) -> TokenOdds:
    others = {str(one["token"]): float(one["logprob"]) for one in row.get("top_logprobs") or ()}
    others.setdefault(str(row["token"]), float(row["logprob"]))
    return TokenOdds(str(row["token"]), tuple(others.items()))
