"""A confusion matrix as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nlu.lora.measured import Measured

_NAMED = 80
"""With more labels than this their names would not be legible; the matrix is drawn without them."""


def draw_confusion(result: Measured, path: Path) -> None:
    """Rows are what was said, columns what was understood, each row's shares adding up to 1."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = result.confusion
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    side = min(18.0, 4 + 0.16 * len(result.names))
    figure = Figure(figsize=(side, side), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="Blues")
    axes.set_xlabel("understood")
    axes.set_ylabel("said")
    if len(result.names) <= _NAMED and all(name.isascii() for name in result.names):
        places = range(len(result.names))
        axes.set_xticks(places, result.names, rotation=90, fontsize=6)
        axes.set_yticks(places, result.names, fontsize=6)
    figure.colorbar(image, shrink=0.6)
    figure.savefig(path, dpi=110)
