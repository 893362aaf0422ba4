"""Texts without personal data: tokens in its place, and a report that says how much was removed and where, not what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nlu.personal_data.finding import find
from nlu.personal_data.found import KINDS, Found, Kind, merged
from nlu.personal_data.vault import Vault


@dataclass(frozen=True, slots=True)
class Removal:
    """One piece that was taken out: [start, end) in the original text, and the token that stands there now."""

    kind: Kind
    start: int
    end: int
    token: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with tokens in it."""

    text: str
    removals: tuple[Removal, ...]

    def moved(self, at: int, *, end: bool = False) -> int:
        """Where a place of the original text lies in this one; a place inside what was removed goes to the token's edge."""
        shift = 0
        for one in self.removals:
            if at >= one.end:
                shift += len(one.token) - (one.end - one.start)
            elif at > one.start:
                return one.start + shift + (len(one.token) if end else 0)
        return at + shift

    def removed_in(self, start: int, end: int) -> bool:
        """Whether something was taken out of [start, end) of the original text."""
        return any(one.start < end and start < one.end for one in self.removals)


def scrub(text: str, vault: Vault | None = None, kinds: Collection[Kind] = KINDS) -> tuple[Scrubbed, Vault]:
    """One text, and the vault with what it held. Values that the vault knows are found without a cue."""
    scrubbed, vault = scrub_conversation((text,), vault, kinds)
    return scrubbed[0], vault


def scrub_conversation(
    texts: Sequence[str], vault: Vault | None = None, kinds: Collection[Kind] = KINDS
) -> tuple[tuple[Scrubbed, ...], Vault]:
    """The texts of one conversation in their order: what one of them gives away is found in all, the earlier ones as well."""
    vault = (vault or Vault()).reserving(texts)
    first = [find(text, kinds) for text in texts]
    for text, found in zip(texts, first, strict=True):
        for one in found:
            vault = vault.taken(one.kind, text[one.start : one.end])
    scrubbed = []
    for text, found in zip(texts, first, strict=True):
        everything = merged((*found, *(one for one in vault.known_in(text) if one.kind in kinds)))
        for one in everything:
            vault = vault.taken(one.kind, text[one.start : one.end])
        scrubbed.append(_replaced(text, everything, vault))
    return tuple(scrubbed), vault


def counts(scrubbed: Sequence[Scrubbed]) -> Mapping[str, int]:
    """Pieces removed, by kind; kinds of which there are none are left out."""
    found = Counter(removal.kind for one in scrubbed for removal in one.removals)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _replaced(text: str, found: Sequence[Found], vault: Vault) -> Scrubbed:
    removals = tuple(Removal(one.kind, one.start, one.end, vault.wordings[text[one.start : one.end]]) for one in found)
    pieces, at = [], 0
    for removal in removals:
        pieces += [text[at : removal.start], removal.token]
        at = removal.end
    return Scrubbed("".join([*pieces, text[at:]]), removals)
