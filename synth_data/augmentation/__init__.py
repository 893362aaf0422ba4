"""What happens to clean speech on its way: tempo, room, noise, microphone, loudness, telephone, packets lost. All by a seed."""

from synth_data.augmentation.chain import Augment
from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.augmentation.libraries import AugmentationError
from synth_data.augmentation.noises import babble_from, noise
from synth_data.augmentation.nothing import nothing_said
from synth_data.augmentation.settings import AugmentSettings
from synth_data.augmentation.telephone import telephone
from synth_data.augmentation.tones import hold_music

__all__ = [
    "RATE_HZ",
    "Augment",
    "AugmentSettings",
    "AugmentationError",
    "Samples",
    "babble_from",
    "hold_music",
    "noise",
    "nothing_said",
    "telephone",
]
