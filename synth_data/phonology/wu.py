"""Wu as spoken in Shanghai."""

from __future__ import annotations

from synth_data.phonology import mandarin
from synth_data.phonology.accent import Accent
from synth_data.phonology.spoken import Spoken


def read(token: str, accent: Accent) -> list[Spoken]:
    """The syllables of a run of Hanzi, or of one Latin letter."""
    return mandarin.read(token, accent)
