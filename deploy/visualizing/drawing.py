"""The picture as SVG, laid out here: each group a tree from left to right, groups one below the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from deploy.visualizing.cards import Card, Group, Row, places

COLOURS: Mapping[str, str] = {
    "intent": "#2563c9",
    "action": "#2b7a3d",
    "response": "#0b7285",
    "form": "#7a3fb3",
    "slot": "#a15c00",
    "checkpoint": "#5b6470",
    "start": "#1c2430",
}
FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
ROW, DETAIL, PAD, GAP, STEP, MARGIN = 20, 15, 5, 8, 34, 16
"""Pixels: a row, its small letters, inside a card, between cards, between columns, around everything."""
NARROWEST, WIDEST = 90, 280
LATIN, WIDE = 8.0, 12.6
"""Pixels of a character in the 12.5 px font, Latin and Chinese; rounded up, so that nothing is cut off."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A card where it is drawn, in pixels; `behind` are those that it leads to."""

    card: Card
    x: int
    y: int
    width: int
    height: int
    behind: tuple[Placed, ...] = ()

    def all(self) -> Iterator[Placed]:
        yield self
        for one in self.behind:
            yield from one.all()


def drawing(groups: Sequence[Group]) -> str:
    """The whole picture."""
    parts: list[str] = []
    y, width = MARGIN, 0
    for group in groups:
        root = Card((group.head,), group.sources, group.cards)
        columns = _columns(root)
        placed, below = _placed(root, 0, y, columns)
        parts += _drawn(placed)
        width = max(width, sum(columns) + STEP * (len(columns) - 1))
        y = below + 2 * GAP
    size = f'width="{width + 2 * MARGIN}" height="{y}" viewBox="0 0 {width + 2 * MARGIN} {y}"'
    style = f'font-family="{FONT}" font-size="12.5"'
    background = '<rect width="100%" height="100%" fill="#f6f7f9"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{background}{"".join(parts)}</svg>\n'


def _columns(card: Card) -> list[int]:
    """The width of each column: that of its widest card."""
    widths = [_width(card)]
    for child in card.next:
        for depth, width in enumerate(_columns(child), 1):
            if depth == len(widths):
                widths.append(width)
            widths[depth] = max(widths[depth], width)
    return widths


def _placed(card: Card, depth: int, y: int, columns: Sequence[int]) -> tuple[Placed, int]:
    """A card at this height, what follows to its right, and where free space begins below."""
    height = PAD * 2 + sum(ROW + (DETAIL if row.detail else 0) for row in card.rows)
    below, behind = y, []
    for child in card.next:
        placed, below = _placed(child, depth + 1, below, columns)
        behind.append(placed)
    x = MARGIN + sum(columns[:depth]) + STEP * depth
    return Placed(card, x, y, _width(card), height, tuple(behind)), max(below, y + height + GAP)


def _drawn(root: Placed) -> list[str]:
    parts: list[str] = []
    for placed in root.all():
        at = placed.y + PAD + ROW // 2
        for child in placed.behind:
            right, left, to = placed.x + placed.width, child.x, child.y + PAD + ROW // 2
            middle = left - STEP // 2
            line = f"M{right} {at}H{middle}V{to}H{left}"
            parts.append(f'<path d="{line}" fill="none" stroke="#b9c2cf" stroke-width="1.5"/>')
        parts.append(_card(placed))
    return parts


def _card(placed: Placed) -> str:
    size = f'x="{placed.x}" y="{placed.y}" width="{placed.width}" height="{placed.height}"'
    box = f'<rect {size} rx="7" fill="#fff" stroke="#b9c2cf"/>'
    rows, y = [], placed.y + PAD
    for row in placed.card.rows:
        colour, high = COLOURS[row.kind], ROW + (DETAIL if row.detail else 0)
        text = escape(_cut(row.text, placed.width - 20))
        weight = ' font-weight="600"'
        rows.append(f'<rect x="{placed.x + 1}" y="{y + 2}" width="3" height="{high - 4}" fill="{colour}"/>')
        rows.append(f'<text x="{placed.x + 11}" y="{y + 14}" fill="{colour}"{weight}>{text}</text>')
        if row.detail:
            small = escape(_cut(row.detail, int((placed.width - 20) * 1.1)))
            rows.append(f'<text x="{placed.x + 11}" y="{y + ROW + 9}" fill="#66707f" font-size="11">{small}</text>')
        y += high
    return f"<g><title>{escape(places(placed.card.sources))}</title>{box}{''.join(rows)}</g>"


def _width(card: Card) -> int:
    widest = max(_measured(row) for row in card.rows)
    return int(min(max(widest + 22, NARROWEST), WIDEST))


def _measured(row: Row) -> float:
    return max(_length(row.text), min(_length(row.detail) * 0.88, WIDEST * 0.75))


def _length(text: str) -> float:
    return sum(WIDE if unicodedata.east_asian_width(character) in "WF" else LATIN for character in text)


def _cut(text: str, width: int) -> str:
    if _length(text) <= width:
        return text
    while text and _length(text) + LATIN * 2 > width:
        text = text[:-1]
    return f"{text}…"
