"""A folder of recordings analysed once and kept in a cache, so that a worker starts in a second."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from asr.audio import read_audio
from asr.pitch import pitch_of, voice_range
from synth_data.augmentation.levels import RATE_HZ
from synth_data.voices.banks.align import Templates, align, templates_of
from synth_data.voices.banks.cutting import trimmed, unit_of
from synth_data.voices.banks.folder import Recording, recordings
from synth_data.voices.banks.units import RecordedVoice, Unit, as_arrays, from_arrays, period_marks

ANALYSIS = 1
"""Raised with every change of the analysis: older caches are made anew."""
SURVEYED = 120
"""Recordings from which the range of a voice is learnt."""
BATCH = 100


def cache_folder() -> Path:
    """Where analysed banks are kept: $XDG_CACHE_HOME/xiangyin/banks."""
    home = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")))
    return home / "xiangyin" / "banks"


def load_voice(
    name: str, folder: Path, language: str, templates: RecordedVoice | None = None, cache: Path | None = None
) -> RecordedVoice:
    """The voice of a folder, from the cache or analysed now (on two cores a minute for 1,700 syllables, five for 8,600 words).

    `templates`: a voice of syllables by which words are cut. Raises BankError.
    """
    found = recordings(folder, language)
    file = (cache or cache_folder()) / f"{name}-{_fingerprint(found, templates)}.npz"
    if file.is_file():
        with np.load(file) as arrays:
            return from_arrays(dict(arrays), {" ".join(each.reading): each.contours for each in found})
    voice = analyse(name, found, templates.units if templates else ())
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.npz")
    np.savez(unfinished, **as_arrays(voice))  # type: ignore[arg-type]  # numpy's stub takes allow_pickle for one of them
    unfinished.replace(file)
    return voice


def _fingerprint(found: Sequence[Recording], templates: RecordedVoice | None) -> str:
    listing = [f"{each.path.name} {each.path.stat().st_size} {each.reading}" for each in found]
    return hashlib.sha256("\n".join([str(ANALYSIS), str(templates is not None), *listing]).encode()).hexdigest()[:16]


def analyse(name: str, found: Sequence[Recording], templates: Sequence[Unit] = (), jobs: int = 0) -> RecordedVoice:
    """Cut, mark and measure all recordings of one voice. `jobs`: processes; 0 is one a core."""
    surveyed = [trimmed(read_audio(each.path), len(each.reading)) for each in found[:: max(1, len(found) // SURVEYED)]]
    range_hz = voice_range([pitch_of(samples) for samples in surveyed])
    batches = [found[first : first + BATCH] for first in range(0, len(found), BATCH)]
    known = templates_of(templates)
    if len(batches) < 4:
        units = [unit for batch in batches for unit in _units(batch, range_hz, known)]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs or os.cpu_count() or 1, context, _start, (range_hz, known)) as pool:
            units = [
                unit for made in tqdm(pool.map(_work, batches), total=len(batches), desc=name, unit="batch") for unit in made
            ]
    hz = np.concatenate([_hz(unit) for unit in units])
    low, middle, high = (float(value) for value in np.percentile(hz, [5, 50, 95]))
    return RecordedVoice(name, tuple(units), middle, (low, high))


_shared: list[tuple[tuple[float, float], Templates]] = []
"""What every batch of a worker process needs: sent once, not with each batch."""


def _start(range_hz: tuple[float, float], known: Templates) -> None:
    _shared[:] = [(range_hz, known)]


def _work(batch: Sequence[Recording]) -> list[Unit]:
    return _units(batch, *_shared[0])


def _units(batch: Sequence[Recording], range_hz: tuple[float, float], known: Templates) -> list[Unit]:
    units = []
    for each in batch:
        samples = trimmed(read_audio(each.path), len(each.reading))
        unit = unit_of(samples, range_hz, each.reading, each.contours)
        if unit is not None:
            units.append(align(unit, known, range_hz))
    return units


def _hz(unit: Unit) -> NDArray[np.float64]:
    return RATE_HZ / np.maximum(period_marks(unit.marks), 1.0)
