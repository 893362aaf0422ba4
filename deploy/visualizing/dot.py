"""The picture for Graphviz: `dot -Tpdf bot.dot -o bot.pdf`."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.visualizing.cards import Card, Group, places
from deploy.visualizing.drawing import COLOURS


def dot(groups: Sequence[Group]) -> str:
    """A directed graph, one node a card."""
    lines = ["digraph bot {", "  rankdir=LR;", '  node [shape=box, style="rounded,filled", fillcolor=white, fontsize=11];']
    number = 0

    def draw(card: Card) -> int:
        nonlocal number
        number += 1
        mine = number
        label = "\\l".join(_escaped(row.text) for row in card.rows) + "\\l"
        lines.append(
            f'  n{mine} [label="{label}", color="{COLOURS[card.rows[0].kind]}", tooltip="{_escaped(places(card.sources))}"];'
        )
        for child in card.next:
            lines.append(f"  n{mine} -> n{draw(child)};")
        return mine

    for group in groups:
        draw(Card((group.head,), group.sources, group.cards))
    return "\n".join([*lines, "}", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
