"""Who speaks in the corpora: espeak-ng variants, never the same ones in training, in evaluation and in the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

EVAL_VARIANTS = ("f2", "m3", "klatt3", "Michael", "linda", "Lee", "rob", "steph")
DEMO_VARIANT = "f4"
TRAIN_VARIANTS = (
    *("m1", "m2", "m4", "m5", "m6", "m7", "m8", "f1", "f3", "f5", "Alex", "Alicia", "Andy", "Annie", "Denis", "Diogo", "Gene"),
    *("Gene2", "Henrique", "Hugo", "Jacky", "Mario", "Mike", "Nguyen", "Reed", "adam", "aunty", "belinda", "benjamin", "boris"),
    *("caleb", "david", "ed", "edward", "edward2", "gustave", "ian", "iven3", "iven4", "john", "kaukovalta", "klatt", "klatt2"),
    *("klatt4", "klatt6", "marcelo", "max", "michel", "miguel", "mike2", "norbert", "pablo", "paul", "quincy", "robert"),
    *("sandro", "shelby", "travis", "victor", "zac", "grandma", "grandpa"),
)
"""Those of espeak-ng 1.52's variants that keep the tones (anika, antonio, Andrea, pedro and the robots lose them)."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One caller: a variant and how fast and high it speaks; figures as in voices.espeak.EspeakOptions."""

    variant: str
    rate_wpm: int = 165
    pitch: int = 50
    pitch_range: int = 50


DEMO_CALLER = Speaker(DEMO_VARIANT, rate_wpm=155, pitch=55, pitch_range=55)
"""The caller of `make demo`: no corpus holds this voice."""


BOT_SPEAKER = Speaker("f1", rate_wpm=175, pitch=45, pitch_range=45)
"""The bot's own voice, where the bot names no other."""


def draw_speaker(rng: np.random.Generator, split: Literal["train", "eval"]) -> Speaker:
    """A caller of the split, at a rate and pitch of their own."""
    variants = TRAIN_VARIANTS if split == "train" else EVAL_VARIANTS
    return Speaker(
        variants[int(rng.integers(len(variants)))],
        rate_wpm=int(rng.integers(115, 216)),
        pitch=int(rng.integers(25, 76)),
        pitch_range=int(rng.integers(35, 80)),
    )
