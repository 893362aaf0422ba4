"""Speakers made of a recorded voice: throat, register and rate moved; those of training never meet those of evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

FORMANTS = tuple(round(0.82 + 0.04 * step, 2) for step in range(10))
"""Scales of the vocal tract's resonances, 4 % apart (0.82 a big man of a woman's recording, 1.18 a child)."""
EVAL_FORMANTS = (0.9, 1.06)
"""Scales that only evaluation has, one below and one above the recorded voice; their neighbours in training are 4 % away."""
REGISTERS_ST = (-5.0, -3.0, -1.0, 1.0, 3.0)
"""Semitones that the middle pitch is moved by, beside what the throat's size moves it."""
BETWEEN_SEXES, WITHIN = 3.0, 1.0
"""Pitch moves with the formants by these powers: a man's throat is 15 % longer than a woman's, his voice nearly an octave lower
(Peterson and Barney 1952); among people of one sex the two hardly go together."""
WOMAN_HZ = 185.0
"""A recorded voice above is a woman's: smaller formants make a man of her; of one below, larger ones make a woman."""

Split = Literal["train", "eval"]


@dataclass(frozen=True, slots=True)
class BankSpeaker:
    """One speaker. `formant` scales the resonances; `middle_hz` is the median pitch; `range_st` what the levels 1-5 span.

    `rate` scales the tempo (1: about five syllables a second); `tilt` in [-0.3, 0.3] darkens or brightens.
    """

    voice: str
    formant: float
    middle_hz: float
    range_st: float
    rate: float = 1.0
    tilt: float = 0.0

    @property
    def name(self) -> str:
        """For a manifest: the voice, the throat and the pitch."""
        return f"{self.voice}-f{self.formant:.2f}-{self.middle_hz:.0f}Hz"


def natural_speaker(voice: str, middle_hz: float) -> BankSpeaker:
    """The recorded voice as it is, speaking as in a conversation."""
    return BankSpeaker(voice, 1.0, middle_hz, 10.0)


def draw_speaker(voice: str, middle_hz: float, split: Split, rng: np.random.Generator) -> BankSpeaker:
    """One of the 40 of training or the 10 of evaluation, at a liveliness and rate of the day."""
    formants = formants_of(split)
    formant = formants[int(rng.integers(len(formants)))]
    register = REGISTERS_ST[int(rng.integers(len(REGISTERS_ST)))]
    return BankSpeaker(
        voice,
        formant,
        usual_pitch(middle_hz, formant) * 2 ** (register / 12),
        range_st=float(rng.uniform(7.0, 13.0)),
        rate=float(rng.uniform(0.8, 1.3)),
        tilt=float(rng.uniform(-0.3, 0.3)),
    )


def usual_pitch(middle_hz: float, formant: float) -> float:
    """The middle pitch of a throat so much smaller (above 1) or larger than that of the recorded voice."""
    other_sex = (middle_hz > WOMAN_HZ) == (formant < 1.0)
    return float(middle_hz * formant ** (BETWEEN_SEXES if other_sex else WITHIN))


def formants_of(split: Split) -> Sequence[float]:
    """The throats of a split."""
    return EVAL_FORMANTS if split == "eval" else tuple(formant for formant in FORMANTS if formant not in EVAL_FORMANTS)
