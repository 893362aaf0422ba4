"""What is none of a bot's intents: sentences about other things, and words in no order, as a recogniser makes them from noise."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from nlu.text import fold, is_han

_FILE = Path(__file__).with_name("background.txt")


def sentences() -> tuple[str, ...]:
    """Sentences that no sales bot is asked."""
    return tuple(line for line in _FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))


def babble(texts: Sequence[str], count: int, rng: random.Random) -> tuple[str, ...]:
    """Characters of these texts in random order, 3 to 14 of them: nobody said that."""
    characters = [character for text in texts for character in fold(text) if is_han(character)]
    if not characters:
        return ()
    return tuple("".join(rng.choices(characters, k=rng.randint(3, 14))) for _ in range(count))
