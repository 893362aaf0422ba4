"""Pictures of a measurement, by matplotlib; who did not install it is told how to."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from nlu.evaluate import IntentRow
from nlu.report.confusion import Confusion

MOST_LABELS = 40
"""Of more labels those with the most mistakes are drawn: with more, nobody reads the names."""
BINS = 20
HOW_TO_GET_PICTURES = "pictures need matplotlib: pip install 'xiangyin[report]'"
_CJK_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Arial Unicode MS", "Droid Sans Fallback"),
)
_GREEN, _RED, _INK = "#2a9d5c", "#d1495b", "#222222"


def pictures_possible() -> bool:
    """Whether matplotlib is installed."""
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None


def draw_confusion(confusion: Confusion, path: Path) -> None:
    """Rows are gold, columns what was read; shades are shares of a row, figures are counts."""
    import numpy as np

    shown = confusion.worst(MOST_LABELS)
    size = len(shown.labels)
    counts = np.array([[shown.counts.get((gold, read), 0) for read in shown.labels] for gold in shown.labels], dtype=float)
    counts = counts.reshape(size, size)
    shares = np.divide(counts, counts.sum(1, keepdims=True), out=np.zeros_like(counts), where=counts.sum(1, keepdims=True) > 0)
    side = max(5.0, 2.2 + 0.34 * size)
    figure, named = _figure(side + 0.6, side, shown.labels)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [named(label) for label in shown.labels]
    axes.set_xticks(range(size), names, rotation=90)
    axes.set_yticks(range(size), names)
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[row, column] > 0.55 else _RED if row != column else _INK
        axes.text(column, row, f"{int(counts[row, column])}", ha="center", va="center", fontsize=7, color=colour)
    axes.set_xlabel("read as")
    axes.set_ylabel("is")
    of = f" (the {size} of {len(confusion.labels)} labels with most mistakes)" if size < len(confusion.labels) else ""
    axes.set_title(f"Confusion{of}")
    axes.set_xticks([at - 0.5 for at in range(size)], minor=True)
    axes.set_yticks([at - 0.5 for at in range(size)], minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    figure.savefig(path, dpi=110)


def draw_histogram(rows: Sequence[IntentRow], path: Path) -> None:
    """How sure the model was where it was right (above) and where it was wrong (below), each on a scale of its own."""
    figure, _ = _figure(7.5, 5.2, ())
    panels = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    places = [(at + 0.5) / BINS for at in range(BINS)]
    kinds = zip(panels, histogram(rows), ("right", "wrong"), (_GREEN, _RED), strict=True)
    for axes, counts, name, colour in kinds:
        axes.bar(places, counts, width=0.9 / BINS, color=colour)
        for place, count in zip(places, counts, strict=True):
            if count:
                axes.text(place, count, f"{count}", ha="center", va="bottom", fontsize=7)
        axes.margins(y=0.15)
        axes.set_ylabel("sentences")
        axes.set_title(f"{name} ({sum(counts)})", loc="left", fontsize=10)
    panels[1].set_xlim(0, 1)
    panels[1].set_xlabel("confidence")
    figure.savefig(path, dpi=110)


def histogram(rows: Sequence[IntentRow]) -> tuple[list[int], list[int]]:
    """Sentences in `BINS` bins of confidence, those read rightly and those read wrongly."""
    counts = ([0] * BINS, [0] * BINS)
    for row in rows:
        at = min(BINS - 1, max(0, math.floor(row.confidence * BINS)))
        counts[not row.exact][at] += 1
    return counts


def _figure(width: float, height: float, labels: Sequence[str]) -> tuple[Any, Callable[[str], str]]:
    """A figure (Any: matplotlib is optional), and how a label is written in it."""
    from matplotlib import font_manager, rcParams
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fonts = chinese_fonts({font.name for font in font_manager.fontManager.ttflist})
    if fonts:
        rcParams["font.sans-serif"] = [*fonts, "DejaVu Sans"]
        rcParams["font.family"] = "sans-serif"
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    chinese = any(not label.isascii() for label in labels)
    return figure, romanised if chinese and not fonts else str


def chinese_fonts(known: Collection[str]) -> list[str]:
    """Fonts of the machine that have Chinese characters, best first."""
    return [name for name in _CJK_FONTS if name in known]


def romanised(label: str) -> str:
    """A label where no font has its characters: in pinyin."""
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(label))
