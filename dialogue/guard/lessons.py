"""Lessons: sentences by meaning, forbidden and lawful, from which the check of meaning learns (dialogue/guard/lessons).

One lesson a line. (a|b) is one of these, (a)? may be left out, $name stands for a set of words.txt, # for a figure; a line
that begins with == names the meaning of those below it. Beside them trades/: small houses, one a file, each with what it says of
itself (=), what its people may say beyond those words (+), and what they may not (-).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("lessons")
_NAME = re.compile(r"\$([a-z]+)")
_INNERMOST = re.compile(r"\(([^()]*)\)(\??)")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line: its meaning, what it looks like, whether it is forbidden."""

    meaning: str
    pattern: str
    forbidden: bool


@dataclass(frozen=True, slots=True)
class Trade:
    """One house: the texts of its own, and replies to its customers."""

    name: str
    own: tuple[str, ...]
    lawful: tuple[str, ...]
    forbidden: tuple[str, ...]


def trades(folder: Path = FOLDER / "trades") -> Iterator[Trade]:
    """All houses of the folder, by name. Raises ValueError for a line that begins with none of = + -."""
    for file in sorted(folder.glob("*.txt")):
        found: dict[str, list[str]] = {"=": [], "+": [], "-": []}
        for line in _lines(file):
            mark, _, text = line.partition(" ")
            if mark not in found:
                raise ValueError(f"{file.name}: '{line}' begins with none of = (its own text), + (lawful), - (forbidden)")
            found[mark].append(text)
        yield Trade(file.stem, tuple(found["="]), tuple(found["+"]), tuple(found["-"]))


def lessons(folder: Path = FOLDER) -> Iterator[Lesson]:
    """All lessons of the folder."""
    words = dict(_words(folder / "words.txt"))
    for name in ("forbidden", "lawful"):
        meaning = ""
        for line in _lines(folder / f"{name}.txt"):
            if line.startswith("=="):
                meaning = line.strip("= ")
            else:
                yield Lesson(meaning, _filled(line, words), name == "forbidden")


def sentences(lesson: Lesson, count: int, seed: int) -> list[str]:
    """Up to `count` different sentences of a lesson, the same for the same seed."""
    chance = random.Random(f"{seed} {lesson.pattern}")
    return list(dict.fromkeys(_one(lesson.pattern, chance) for _ in range(count)))


def _one(pattern: str, chance: random.Random) -> str:
    while (found := _INNERMOST.search(pattern)) is not None:
        choice = chance.choice(found.group(1).split("|"))
        if found.group(2) and chance.random() < 0.5:
            choice = ""
        pattern = pattern[: found.start()] + choice + pattern[found.end() :]
    return pattern


def _words(path: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(path):
        name, _, listed = line.partition("=")
        yield name.strip(), f"({listed.strip()})"


def _filled(line: str, words: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: words[found.group(1)], line)


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            yield line.strip()
