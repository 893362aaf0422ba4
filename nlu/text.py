"""Text folded for comparing, character by character, so that spans in the folded text are spans in what was said."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

NUMBER_SIGN = "#"
"""The token that every number becomes: what is asked does not depend on how many."""

_TABLE = Path(__file__).with_name("traditional.txt")
_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?"
    r"|(?!千万|万一)[一二两三四五六七八九十][一二两三四五六七八九十百千万零〇半]*[十百千万](?:[一二三四五六七八九零〇十百千]*)"
    r"|十[一二三四五六七八九]|[幺零〇一二三四五六七八九]{3,})"
    r"|(?P<word>[a-zà-ÿ]+)|(?P<other>\S)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One Chinese character, one Latin word or one number of the folded text. `mark` is true of punctuation."""

    text: str
    start: int
    end: int
    mark: bool = False


@functools.cache
def _simplified() -> dict[str, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return {line[at]: line[at + 1] for line in lines for at in range(0, len(line), 2)}


@functools.lru_cache(maxsize=65536)
def _folded(character: str) -> str:
    """Full width to half, capitals to small, traditional to simplified; always exactly one character."""
    narrow = unicodedata.normalize("NFKC", character)
    if len(narrow) != 1:
        narrow = character
    small = narrow.lower()
    if len(small) != 1:
        small = narrow
    return _simplified().get(small, small)


def fold(text: str) -> str:
    """The text for comparing; as long as the original, so that spans hold for both."""
    return "".join(map(_folded, text))


def tokens(folded: str) -> tuple[Token, ...]:
    """Cut folded text into characters, Latin words and numbers; spaces separate, punctuation is kept as marks."""
    found: list[Token] = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if match.lastgroup == "number":
            found.append(Token(NUMBER_SIGN, start, end))
        elif match.lastgroup == "word":
            found.append(Token(match.group(), start, end))
        else:
            found.append(Token(match.group(), start, end, is_mark(match.group())))
    return tuple(found)


@functools.lru_cache(maxsize=65536)
def is_mark(character: str) -> bool:
    """Whether a character is neither letter nor figure: punctuation, emoji, other symbols."""
    return unicodedata.category(character)[0] not in "LN"


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one (the unified block)."""
    return "\u4e00" <= character <= "\u9fff"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without spaces and punctuation at its edges; an empty span stays where it is."""
    while start < end and (text[start].isspace() or is_mark(text[start])):
        start += 1
    while end > start and (text[end - 1].isspace() or is_mark(text[end - 1])):
        end -= 1
    return start, end
