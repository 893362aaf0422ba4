"""Reads a YAML file with faults of syntax in it: the items that cannot be parsed are told and left out, the rest is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.message import message
from dialogue.place import Place, YamlError
from dialogue.yaml_faults import in_block
from dialogue.yaml_tree import Node, parse_all, read_text

MOST_REPAIRS = 40
"""Items left out of one file; a file with more faults than that is given up."""
_SECTION = re.compile(r"[^\s#-]")
"""The first character of a line that begins a section (`rules:`)."""
_HEADER = re.compile(r"([A-Za-z_][\w-]*)\s*：?\s*")
"""A line that begins a section, were it not for its colon."""
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7})(?: .*)?")
_DISAGREE = "two versions of the file were put together and disagree here (a mark of git's); keep one and delete the marks"
_DASH = re.compile(r"( *)-(?=[A-Za-z_])")
"""An entry of a list without the blank behind its dash (-greet)."""
_WORD = re.compile(r"[\w/.+-]+")


@dataclass(frozen=True, slots=True)
class Mended:
    """The tree as far as it could be read (None: not at all), what was wrong, and the words in what was left out."""

    root: Node | None
    errors: tuple[YamlError, ...] = ()
    lost: frozenset[str] = frozenset()


def read_mended(path: Path) -> Mended:
    """Read one YAML file, going on after faults. Raises nothing for a file's content."""
    try:
        text = read_text(path)
    except YamlError as error:
        return Mended(None, (error,))
    return mend(text, path)


def mend(text: str, path: Path) -> Mended:
    """The tree of a text, without the items that cannot be parsed."""
    lines = text.split("\n")
    errors: list[YamlError] = []
    lost: set[str] = set()
    for _ in range(MOST_REPAIRS):
        try:
            root, twice = parse_all("\n".join(lines), path)
        except YamlError as whole:
            if plain := list(_put_right(lines, path)):
                errors += plain
                continue
            error, start, end = _broken(lines, path, whole)
            errors.append(error)
            lost.update(word for line in lines[start:end] for word in _WORD.findall(line))
            lines[start:end] = [""] * (end - start)
        else:
            return Mended(root, (*errors, *twice), frozenset(lost))
    return Mended(None, tuple(errors), frozenset(lost))


def _put_right(lines: list[str], path: Path) -> Iterator[YamlError]:
    """Put right, in `lines`, what leaves no doubt: sections without a colon, dashes without a blank, marks of a merge. What was
    done, as faults."""
    for number, line in enumerate(lines):
        if _HEADER.fullmatch(line):
            name = line.rstrip(" ：")
            lines[number] = f"{name}:"
            told = message("not valid YAML: behind '{key}' a colon is wanted, and an ASCII one (:)", key=name)
            yield YamlError(Place(path, number + 1, 1), told, "syntax")
        elif _CONFLICT.fullmatch(line):
            lines[number] = ""
            if line.startswith("<"):
                yield YamlError(Place(path, number + 1, 1), message(_DISAGREE), "syntax")
        elif _DASH.match(line) and not in_block(lines, number + 1):
            lines[number] = _DASH.sub(r"\1- ", line, count=1)
            told = message("not valid YAML: behind the '-' of a list's item a blank is wanted (- item)")
            yield YamlError(Place(path, number + 1, line.index("-") + 1), told, "syntax")


def _broken(lines: list[str], path: Path, whole: YamlError) -> tuple[YamlError, int, int]:
    """The first item that cannot be parsed by itself, as its fault and its lines; else the one where the whole file breaks."""
    at = whole.place.line - 1
    for start, end in _sections(lines):
        if _fault_of(lines, start, end, path) is None:
            continue
        items = tuple(_items(lines, start + 1, end))
        for first, last in items:
            error = _fault_of(lines, first, last, path, header=start)
            if error is not None:
                return error, first, last
        inside = next(((first, last) for first, last in items if first <= at < last), (start, end))
        return whole, *inside
    section = next(((start, end) for start, end in _sections(lines) if start <= at < end), (0, len(lines)))
    return whole, *section


def _fault_of(lines: list[str], start: int, end: int, path: Path, header: int | None = None) -> YamlError | None:
    """What is wrong with these lines by themselves, below their section's header."""
    above = [] if header is None else [lines[header]]
    try:
        parse_all("\n".join((*above, *lines[start:end])), path)
    except YamlError as error:
        place = replace(error.place, line=max(start + 1, error.place.line + start - len(above)))
        return YamlError(place, error.what, error.kind)
    return None


def _sections(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The lines of each top-level key, as the first and the one behind the last."""
    starts = [number for number, line in enumerate(lines) if _SECTION.match(line)]
    yield from _spans(starts, len(lines))


def _items(lines: list[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of each entry of a section: those as far in as its first, and as it is (a list's item, or a key)."""
    told = [(number, line) for number, line in enumerate(lines[start:end], start) if line.strip() and line.strip()[0] != "#"]
    if not told:
        return
    depth = _depth(told[0][1])
    listed = told[0][1].lstrip(" ").startswith("-")
    starts = [number for number, line in told if _depth(line) == depth and line.lstrip(" ").startswith("-") == listed]
    yield from _spans(starts, end)


def _spans(starts: list[int], end: int) -> Iterator[tuple[int, int]]:
    return zip(starts, [*starts[1:], end][: len(starts)], strict=True)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
