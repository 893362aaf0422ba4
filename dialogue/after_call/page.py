"""A document as a page that needs nothing but itself, and prints on A4."""

from __future__ import annotations

import html
import string
from pathlib import Path

from dialogue.after_call.document import Document, Part

TEMPLATE = Path(__file__).with_name("page.html")


def page(document: Document) -> str:
    """The page. It holds no script, and its policy lets none run."""
    return string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=_text(document.title),
        parts="\n".join(_part(number, part) for number, part in enumerate(document.parts, start=1)),
        footer=f"<footer>{_text(document.footer)}</footer>" if document.footer else "",
    )


def _part(number: int, part: Part) -> str:
    named = f' aria-labelledby="part-{number}"' if part.heading else ""
    heading = f'<h2 id="part-{number}">{_text(part.heading)}</h2>' if part.heading else ""
    paragraphs = "".join(f"<p>{_text(paragraph)}</p>" for paragraph in part.paragraphs)
    items = "".join(f"<li>{_text(item)}</li>" for item in part.items)
    listed = f"<ul>{items}</ul>" if items else ""
    return f"<section{named}>{heading}{paragraphs}{_table(number, part)}{listed}</section>"


def _table(number: int, part: Part) -> str:
    if not part.table:
        return ""
    head, *rows = part.table
    heads = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in head)
    cells = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    named = f'aria-labelledby="part-{number}"' if part.heading else 'aria-label="表格"'
    return (
        f'<div class="scroll" tabindex="0" role="group" {named}>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table></div>"
    )


def _text(text: str) -> str:
    return html.escape(" ".join(text.split()))
