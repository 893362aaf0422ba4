"""The conditions that a corpus' clips are made under, by name."""

from __future__ import annotations

import re

from synth_data.augmentation import AugmentSettings

CLEAN, AUGMENTED = "clean", "augmented"
_EXACT = re.compile(r"(telephone|wide)(?:_(\d{1,2})dB)?")
KNOWN = "clean, augmented (all that `augment` says), telephone, telephone_10dB, wide_20dB (any level from 0 to 99)"


class ConditionError(ValueError):
    """The name of a condition that there is not."""


def settings_of(condition: str, augmented: AugmentSettings) -> AugmentSettings:
    """What is done to a clip under the condition: nothing, all of `augmented`, or exactly what its name says, with the kinds
    of noise of `augmented`. Raises ConditionError.
    """
    if condition == CLEAN:
        return AugmentSettings.only()
    if condition == AUGMENTED:
        return augmented
    named = _EXACT.fullmatch(condition)
    if named is None:
        raise ConditionError(f"conditions: there is no condition {condition!r}; known are {KNOWN}")
    line = 1.0 if named[1] == "telephone" else 0.0
    if named[2] is None:
        return AugmentSettings.only(telephone=line, mobile=0.0)
    level_db = float(named[2])
    levels = {"snr_db_min": level_db, "snr_db_max": level_db}
    return AugmentSettings.only(telephone=line, mobile=0.0, noise=1.0, noises=augmented.noises, **levels)
