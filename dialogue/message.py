"""Sentences for operators: English as they stand, and said in Chinese by dialogue.linting.chinese."""

from __future__ import annotations

from collections.abc import Mapping


class Message(str):
    """An English text that still knows its template and what was filled in, so that it can be said in another language."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]


def message(template: str, **values: object) -> Message:
    """`template` filled in as by str.format. A value that is a Message is translated along with it."""
    said = Message(template.format(**values))
    said.template = template
    said.values = values
    return said
