"""How much of what happens to a corpus' clips: the keys of `augment:` in a config."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from synth_data.augmentation.libraries import AugmentationError

Range = tuple[float, float]
"""Lowest and highest of what is drawn."""


@dataclass(frozen=True, slots=True)
class AugmentSettings:
    """Shares of the clips in [0, 1], and ranges [lowest, highest]. A clip may suffer several things, in the order of these keys.

    Raises AugmentationError for what is out of range.
    """

    # resampled: pitch and formants move too, as another throat would. Factors near 1 are the likeliest
    speed: float = 0.3
    speed_range: Range = (0.8, 1.25)
    # stretched: the same throat, in a hurry or at leisure
    tempo: float = 0.06
    tempo_range: Range = (0.8, 1.25)
    room: float = 0.25
    rt60_s: Range = (0.15, 0.6)
    distance_m: Range = (0.15, 0.7)
    # the share of the rooms in which the phone lies on a table
    far: float = 0.25
    far_m: Range = (1.0, 4.0)
    noise: float = 0.6
    snr_db_min: float = 8.0
    snr_db_max: float = 30.0
    # kinds of noise that are drawn from; babble only where there are other utterances to make it of
    noises: tuple[str, ...] = ("white", "pink", "pink", "street", "street", "hum", "babble", "babble", "music")
    microphone: float = 0.2
    microphone_db: Range = (-8.0, 8.0)
    gain_control: float = 0.15
    clipping: float = 0.05
    # of the samples, at either end
    clipping_percent: Range = (1, 5)
    peak_db: Range = (-20.0, -1.0)
    telephone: float = 0.5
    # coders of the line besides G.711 (GSM, AMR); of the clips without a telephone, the share that comes from a browser by Opus
    mobile: float = 0.08
    opus: float = 0.02
    packet_loss: float = 0.1
    loss_share: Range = (0.01, 0.12)
    loss_burst: Range = (1.0, 3.0)
    # the share of the receivers that fill the gaps
    concealed: float = 0.7

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))
        if not 0.5 <= min(self.speed_range + self.tempo_range) <= max(self.speed_range + self.tempo_range) <= 2:
            raise AugmentationError("'speed_range' and 'tempo_range' must be factors from 0.5 to 2")
        if self.snr_db_min > self.snr_db_max:
            raise AugmentationError(f"'snr_db_min' ({self.snr_db_min:g}) must not be over 'snr_db_max' ({self.snr_db_max:g})")

    @classmethod
    def only(cls, **kept: Any) -> AugmentSettings:
        """Nothing but what is named: for an evaluation under one condition. Loudness is drawn as ever."""
        shares: dict[str, Any] = dict.fromkeys(SHARES, 0.0)
        return cls(**{**shares, **kept})


SHARES = frozenset(
    ("speed", "tempo", "room", "noise", "microphone", "gain_control", "clipping", "telephone", "opus", "packet_loss")
)
"""What is done or not done to a clip."""
_OF_ONE = SHARES | {"far", "mobile", "concealed"}
KINDS_OF_NOISE = ("white", "pink", "street", "hum", "music", "babble")


def _check(name: str, value: Any) -> None:
    if name in _OF_ONE and not 0 <= value <= 1:
        raise AugmentationError(f"'{name}' is a share from 0 to 1, got {value:g}")
    if name == "noises":
        _check_noises(value)
    elif isinstance(value, tuple) and not (len(value) == 2 and value[0] <= value[1]):
        raise AugmentationError(f"'{name}' must be [lowest, highest], got {list(value)}")


def _check_noises(kinds: tuple[str, ...]) -> None:
    unknown = sorted(set(kinds) - set(KINDS_OF_NOISE))
    if unknown or not kinds:
        raise AugmentationError(f"'noises': {', '.join(unknown) or 'none'}; known are {', '.join(KINDS_OF_NOISE)}")
