"""The report as one HTML page: figures, pictures, the table of classes, what was confused, what went wrong."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.compare import Difference
from nlu.metrics import Scores
from nlu.report.confusion import Confusion

_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #222; }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
pre { background: #f6f7f8; padding: .8rem 1rem; overflow-x: auto; }
table { border-collapse: collapse; } td, th { padding: .2rem .7rem; border-bottom: 1px solid #e3e5e8; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } img { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows. `errors` are lines of text; `pictures` are files beside the page."""

    title: str
    head: Sequence[str]
    scores: Sequence[Scores]
    confusion: Confusion
    errors: Sequence[str]
    differences: Sequence[Difference] = ()
    folds: Sequence[str] = ()
    pictures: Sequence[str] = ()
    note: str = ""


def render(page: Page) -> str:
    """The page's HTML."""
    parts = [f"<h1>{html.escape(page.title)}</h1>", _block(page.head)]
    if page.folds:
        parts += ["<h2>Folds</h2>", _block(page.folds)]
    if page.differences:
        parts += ["<h2>Against the other model</h2>", _block([one.line for one in page.differences])]
    for name in page.pictures:
        parts.append(f'<p><img src="{html.escape(name)}" alt="{html.escape(name)}"></p>')
    if page.note:
        parts.append(f"<p>{html.escape(page.note)}</p>")
    parts += ["<h2>Classes</h2>", _classes(page), f"<h2>What went wrong ({len(page.errors)})</h2>", _errors(page.errors)]
    head = f'<meta charset="utf-8"><title>{html.escape(page.title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _block(lines: Sequence[str]) -> str:
    return f"<pre>{html.escape(chr(10).join(lines))}</pre>"


def _classes(page: Page) -> str:
    named = "".join(f'<th class="n">{name}</th>' for name in ("precision", "recall", "F1", "count"))
    rows = [f"<tr><th></th>{named}<th>read as</th></tr>"]
    for one in page.scores:
        figures = "".join(f'<td class="n">{value:.4f}</td>' for value in (one.precision, one.recall, one.f1))
        others = list(page.confusion.confused_with(one.label).items())[:3]
        wrong = html.escape(", ".join(f"{name} {count}" for name, count in others))
        rows.append(f'<tr><td>{html.escape(one.label)}</td>{figures}<td class="n">{one.support}</td><td>{wrong}</td></tr>')
    return f"<table>{''.join(rows)}</table>"


def _errors(lines: Sequence[str]) -> str:
    return "<ol>" + "".join(f"<li>{html.escape(line)}</li>" for line in lines) + "</ol>" if lines else "<p>Nothing.</p>"
