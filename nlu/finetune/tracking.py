"""What a training reports while it runs: a progress bar, log lines, TensorBoard."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlu.finetune.settings import FineTuning

log = logging.getLogger(__name__)
_KNOWN = ("tensorboard", "all", "none")


class Tracker:
    """Writes figures by update. Only the first process of several writes; the others get one that is silent."""

    def __init__(self, config: FineTuning, total: int, start: int, silent: bool) -> None:
        from tqdm import tqdm

        self._bar: Any = tqdm(total=total, initial=start, desc="training", unit="step", disable=silent or None, leave=False)
        self._board: Any = None if silent else _board(config)

    def update(self, update: int, figures: Mapping[str, float], show: bool) -> None:
        """One update is done; `show`: its figures are written, not only counted."""
        self._bar.update(1)
        if show:
            self._bar.set_postfix({name.removeprefix("train/"): f"{value:.4g}" for name, value in figures.items()})
            self.write(update, figures)

    def write(self, update: int, figures: Mapping[str, float]) -> None:
        """Figures of this update, to TensorBoard."""
        if self._board is not None:
            for name, value in figures.items():
                self._board.add_scalar(name, value, update)

    def show(self, update: int, texts: Mapping[str, str]) -> None:
        """Texts of this update (Markdown), to TensorBoard."""
        if self._board is not None:
            for title, text in texts.items():
                self._board.add_text(title, text, update)

    def close(self) -> None:
        """Finish the files."""
        self._bar.close()
        if self._board is not None:
            self._board.close()


def _board(config: FineTuning) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    unknown = [name for name in config.report_to if name not in _KNOWN]
    if unknown:
        log.warning("report_to: %s is not supported; TensorBoard files are written instead", ", ".join(unknown))
    if "none" in config.report_to:
        return None
    folder: Path = config.logging_dir or config.output_dir / "runs"
    return SummaryWriter(str(folder))
