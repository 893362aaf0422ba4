"""Wu as spoken in Shanghai."""

from __future__ import annotations

from synth_data.phonology import mandarin
from synth_data.phonology.spoken import Spoken


def read(token: str, dialect: str) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter."""
    return mandarin.read(token, dialect)
