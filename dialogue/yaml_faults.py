"""What a fault of YAML's syntax comes from, told as a person can mend it: by the colon, blank, bar or mark that is missing."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dialogue.message import Message, message
from dialogue.place import Place, YamlError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_OPENED = ("while parsing a flow", "while scanning a quoted")
"""Faults of something that is never closed: where it was opened tells more than where that is noticed."""
_NO_COLON = "could not find expected ':'"
_SECOND_COLON = "mapping values are not allowed in this context"
_KEY = re.compile(r"\s*(?:- +)?([A-Za-z_][\w/.+-]*)\s*(：.*)?")
_KEY_AND_VALUE = re.compile(r"\s*(?:- +)?([A-Za-z_]\w*) +[^:：]*")
"""A key with its value, were there a colon between them (- rule hello)."""
_TWO_COLONS = re.compile(r"\s*(?:- +)?[^\s:]+: +[^\s\"'{\[|>].*:(?: .*|$)")
_BLOCK = re.compile(r".*:\s*[|>][-+\d]*\s*")
_WIDE = re.compile(r"[ \t]*\u3000")
_COLON = "not valid YAML: behind '{key}' a colon is wanted, and an ASCII one (:)"


def control_character(text: str, path: Path) -> YamlError:
    """Of a character that may stand in no YAML."""
    found = _CONTROL.search(text)
    line, code = (1, "?") if found is None else (text.count("\n", 0, found.start()) + 1, f"U+{ord(found.group()):04X}")
    told = message("not valid YAML: an invisible control character ({code}) stands in this line; delete it", code=code)
    return YamlError(Place(path, line), told, "syntax")


def syntax_error(fault: yaml.MarkedYAMLError, text: str, path: Path) -> YamlError:
    """A parser's fault with the line in which a person would mend it."""
    opened = (fault.context or "").startswith(_OPENED)
    mark = (fault.context_mark if opened else None) or fault.problem_mark or fault.context_mark
    line, column = (1, 0) if mark is None else (mark.line + 1, mark.column + 1)
    lines = text.split("\n")
    while line > 1 and not _line(lines, line).strip():  # what is missed at the end is missed behind the last word
        line, column = line - 1, 0
    problem = fault.problem or fault.context or ""
    known = None if opened else _known(lines, line, problem)
    if known is not None:
        number, told = known
        return YamlError(Place(path, number, 1), told, "syntax")
    if "\t" in _line(lines, line).partition("#")[0]:
        told = message("not valid YAML: {problem}; indent with spaces, not with a tab", problem=problem)
    elif opened:
        told = message("not valid YAML: what is opened here is not closed, or closed too late ({problem})", problem=problem)
    else:
        told = message("not valid YAML: {problem}; is the indentation that of the lines around it?", problem=problem)
    return YamlError(Place(path, line, column), told, "syntax")


def in_block(lines: list[str], number: int) -> bool:
    """Whether this line (from 1) is of a text block (`examples: |`), where anything may stand."""
    depth = _depth(_line(lines, number))
    above = (up for up in range(number - 1, 0, -1) if _line(lines, up).strip() and _depth(_line(lines, up)) < depth)
    return _BLOCK.fullmatch(_line(lines, next(above, 0))) is not None


def _known(lines: list[str], line: int, problem: str) -> tuple[int, Message] | None:
    """What people do most often, with its line; None for any other fault."""
    before = next((number for number in range(line - 1, 0, -1) if _line(lines, number).strip()), 0)
    for number in (before, line):
        if _WIDE.match(_line(lines, number)):
            return number, message("not valid YAML: a full-width blank stands in the indentation; use plain blanks")
    key = _without_colon(lines, line, before) or _joined(lines, line, before, problem)
    if key is not None:
        return key[0], message(_COLON, key=key[1])
    if problem == _SECOND_COLON and _TWO_COLONS.fullmatch(_line(lines, line)):
        return line, message("not valid YAML: a text that holds ': ' must stand between quotation marks (\"...\")")
    header = next((number for number in range(line, 0, -1) if not _line(lines, number).lstrip().startswith(("-", "#"))), 0)
    if _line(lines, header).strip() == "examples:":
        return header, message("not valid YAML: behind 'examples:' a bar is wanted (examples: |)")
    return None


def _without_colon(lines: list[str], line: int, before: int) -> tuple[int, str] | None:
    """The key that lacks its colon, or has a full-width one, in this line or the one before, and its line; else None.

    Of two entries of a list the first needs none: there the indentation is wrong.
    """
    listed = all(_line(lines, number).lstrip().startswith("- ") for number in (line, before))
    for number in (line,) if listed else (line, before):
        found = _KEY.fullmatch(_line(lines, number))
        if found is not None and (found.group(2) or number == before):
            return number, found.group(1)
    return None


def _joined(lines: list[str], line: int, before: int, problem: str) -> tuple[int, str] | None:
    """The key that stands before its value without a colon (- rule hello), one line above where that is noticed."""
    if problem not in (_NO_COLON, _SECOND_COLON) or ":" not in _line(lines, line):
        return None
    found = _KEY_AND_VALUE.fullmatch(_line(lines, before))
    return None if found is None else (before, found.group(1))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""
