"""What a run shows while it goes on: TensorBoard with losses, error rates by dialect, and how some clips sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio import read_audio
from asr.manifest import Clip
from asr.training.check import Check
from asr.training.settings import AsrTraining, AugmentSound
from asr.transcript import SAMPLE_RATE_HZ

_SAMPLES = 4


class Board:
    """Writes to TensorBoard; a `silent` one (all processes but the first) writes nothing."""

    def __init__(self, config: AsrTraining, silent: bool = False) -> None:
        folder: Path = config.logging_dir or config.output_dir / "runs"
        self._config = config
        self._writer: Any = None if silent else _writer(folder)  # Any: tensorboard is untyped

    def losses(self, step: int, losses: Mapping[str, float], rate: float) -> None:
        """Mean losses of the latest steps and the learning rate."""
        if self._writer is not None:
            for name, value in losses.items():
                self._writer.add_scalar(f"loss/{name}", value, step)
            self._writer.add_scalar("learning_rate", rate, step)

    def check(self, step: int, found: Check) -> None:
        """Error rates on the clips held out."""
        if self._writer is None:
            return
        figures = {"phones": found.per, "tokens": found.token_error, "characters": found.character_error, "cer": found.cer}
        for name, value in figures.items():
            if value is not None:
                self._writer.add_scalar(f"error/{name}", value, step)
        for dialect, value in found.cer_by_dialect.items():
            self._writer.add_scalar(f"cer/{dialect}", value, step)

    def sounds(self, clips: Sequence[Clip], augment: AugmentSound | None) -> None:
        """A few clips as they are, and as augmentation makes them."""
        if self._writer is None:
            return
        spoken = [clip for clip in clips if clip.text]
        for number, clip in enumerate(spoken[:: max(1, len(spoken) // _SAMPLES)][:_SAMPLES]):
            samples = read_audio(clip.audio)
            self._writer.add_audio(f"plain/{number}", samples[None], 0, SAMPLE_RATE_HZ)
            self._writer.add_text(f"plain/{number}", f"{clip.dialect}: {clip.text}", 0)
            if augment is not None:
                changed, done = augment(samples, np.random.default_rng([self._config.seed, number]))
                self._writer.add_audio(f"augmented/{number}", changed[None], 0, SAMPLE_RATE_HZ)
                self._writer.add_text(f"augmented/{number}", ", ".join(done) or "nothing", 0)

    def close(self) -> None:
        """Finish the files."""
        if self._writer is not None:
            self._writer.close()


def _writer(folder: Path) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder))
