"""Which clips a pass hears when several corpora are mixed: each has its share, and each of its clips comes equally often."""

from __future__ import annotations

import random
from collections.abc import Sequence


def pass_of(owners: Sequence[int], shares: Sequence[float], clips: int | None, seed: int, epoch: int) -> list[int]:
    """Indices of pass `epoch`. `owners`: the corpus of each clip; `shares`: the part of each corpus, none for as they come.

    A corpus runs through its clips in random order, from pass to pass, and begins anew when all were heard. The same seed
    and pass give the same clips.
    """
    if not shares and clips is None:
        return list(range(len(owners)))
    if not shares:
        return _stretch(list(range(len(owners))), clips or len(owners), f"{seed}", epoch)
    total = len(owners) if clips is None else clips
    chosen: list[int] = []
    for corpus, share in enumerate(shares):
        members = [index for index, owner in enumerate(owners) if owner == corpus]
        wanted = round(total * share / sum(shares))
        if members and wanted:
            chosen += _stretch(members, wanted, f"{seed}-{corpus}", epoch)
    return chosen


def _stretch(members: Sequence[int], wanted: int, seed: str, epoch: int) -> list[int]:
    """`wanted` of an endless run of shuffled `members`, from `epoch * wanted` on."""
    found: list[int] = []
    position = epoch * wanted
    while len(found) < wanted:
        turn, start = divmod(position, len(members))
        order = list(members)
        random.Random(f"{seed}-{turn}").shuffle(order)
        taken = order[start : start + wanted - len(found)]
        found += taken
        position += len(taken)
    return found
