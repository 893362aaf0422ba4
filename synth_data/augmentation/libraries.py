"""The two libraries of sound transforms, imported when they are first needed: neither is part of the base install."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from asr.torchaudio_on_cpu import tolerate_cuda_build
from synth_data.augmentation.levels import RATE_HZ, Samples


class AugmentationError(ValueError):
    """A library that augmentation needs is missing, or a setting is out of range; says which and what to do."""


@cache
def torchaudio() -> ModuleType:
    """torchaudio, on a machine without CUDA too. Raises AugmentationError where it is not installed."""
    tolerate_cuda_build()
    try:
        import torchaudio as library
    except ModuleNotFoundError as fault:
        raise AugmentationError(f"changing speed needs {fault.name}: pip install 'xiangyin[train]'") from None
    found: ModuleType = library
    return found


@cache
def audiomentations() -> ModuleType:
    """Raises AugmentationError where it is not installed."""
    try:
        import audiomentations as library
    except ModuleNotFoundError as fault:
        raise AugmentationError(f"microphones, clipping and tempo need {fault.name}: pip install 'xiangyin[train]'") from None
    found: ModuleType = library
    return found


def transformed(samples: Samples, transform: str, options: dict[str, Any], **parameters: Any) -> Samples:
    """One transform of audiomentations with parameters of our own drawing.

    Left to itself it draws them from Python's and numpy's global generators: neither repeatable by a seed nor safe among threads.
    `options` go to its constructor, `parameters` are what its randomize_parameters would have put into `parameters`.
    """
    step = getattr(audiomentations(), transform)(**options)
    step.parameters = {"should_apply": True, **parameters}
    changed: Samples = step.apply(samples, RATE_HZ)
    return changed
