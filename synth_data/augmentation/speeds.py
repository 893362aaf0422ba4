"""Faster and slower: resampled (another throat) or stretched (the same throat in a hurry)."""

from __future__ import annotations

from synth_data.augmentation.levels import Samples
from synth_data.augmentation.libraries import torchaudio, transformed


def change_speed(samples: Samples, factor: float) -> Samples:
    """Play `factor` times as fast, pitch and formants too, to the nearest hundredth (torchaudio; after Ko et al. 2015).

    In hundredths since torchaudio resamples by a fraction of whole numbers: an odd one needs a filter of thousands of taps.
    """
    import torch

    changed = torchaudio().functional.resample(torch.tensor(samples), round(factor * 100), 100)
    result: Samples = changed.numpy()
    return result


def change_tempo(samples: Samples, factor: float) -> Samples:
    """Speak `factor` times as fast at the same pitch (audiomentations: Signalsmith's stretch)."""
    return transformed(samples, "TimeStretch", {"leave_length_unchanged": False}, rate=factor)
