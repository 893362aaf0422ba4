"""Tone contours: Chao's five levels (Y. R. Chao, A system of "tone-letters", Le Maitre Phonetique 1930), 1 low to 5 high.

A contour of one figure is short: a neutral tone, or an entering tone cut by its stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth_data.phonology.tables import Place, PronunciationError

NEUTRAL, ENTERING = 5, 6
"""Tones beside Mandarin's 1 to 4."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A contour as espeak-ng's Mandarin voice has it (its nearest), and the tone digit of the phone that is heard."""

    espeak: str
    phone: str


HEARD: dict[str, Heard] = {
    "55": Heard("55", "1"),
    "44": Heard("44", "1"),
    "33": Heard("33", "1"),
    "35": Heard("35", "2"),
    "34": Heard("35", "2"),
    "24": Heard("35", "2"),
    "25": Heard("35", "2"),
    "23": Heard("35", "2"),
    "13": Heard("35", "2"),
    "12": Heard("22", "3"),
    "323": Heard("35", "2"),
    "213": Heard("35", "2"),  # the voice cuts 214 down to 21 before another syllable, which would merge it with a low fall
    "212": Heard("214", "3"),
    "214": Heard("214", "3"),
    "312": Heard("214", "3"),
    "21": Heard("21", "3"),
    "31": Heard("21", "3"),
    "22": Heard("22", "3"),
    "11": Heard("21", "3"),
    "51": Heard("51", "4"),
    "52": Heard("51", "4"),
    "41": Heard("51", "4"),
    "53": Heard("53", "4"),
    "42": Heard("53", "4"),
    "5": Heard("55", "1"),
    "4": Heard("44", "1"),
    "3": Heard("33", "1"),
    "2": Heard("22", "3"),
    "1": Heard("22", "3"),
}
"""A Sichuan 牛 (21) carries the low tone that Mandarin calls its third; so phones go by what is heard, not by category."""
NEUTRAL_HEARD = Heard("11", "5")
"""The voice's short tone; it finds its own height after the tone before."""


def heard(contour: str, tone: int) -> Heard:
    """How a contour is spoken and heard. Raises PronunciationError for one that the table lacks."""
    if tone == NEUTRAL:
        return NEUTRAL_HEARD
    found = HEARD.get(contour)
    if found is None:
        raise PronunciationError(f"no contour {contour!r}; there are: {', '.join(HEARD)}")
    return found


def contours(tones: Sequence[int], place: Place) -> list[str]:
    """The contours of a run of syllables (tones 1 to 6) as spoken together in a town."""
    own = place.tones.split()
    found: list[str] = []
    full = 1  # the last tone that was not neutral
    for at, tone in enumerate(tones):
        if tone == NEUTRAL:
            found.append(place.neutral if len(place.neutral) == 1 else place.neutral[min(full, len(place.neutral)) - 1])
            continue
        full = tone
        contour = place.entering if tone == ENTERING else own[tone - 1]
        found.append(contour if at + 1 == len(tones) else place.before.get(contour, contour))
    return found


def levels(contour: str) -> tuple[int, ...]:
    """The contour as figures: "214" is (2, 1, 4)."""
    return tuple(int(level) for level in contour)
