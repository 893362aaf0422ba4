"""What a test story expects beside what happened, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deploy.terminal import coloured
from dialogue.yaml_file import Place

COLOUR = {"-": "red", "+": "green"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing expected or seen, such as 'action: utter_greet'. Lines are the same where their texts are."""

    text: str
    number: int = field(default=0, compare=False)
    """The line of the test story; 0 where it has none."""
    why: str = field(default="", compare=False)
    """Who decided so, and for what reason."""


@dataclass(frozen=True, slots=True)
class StoryResult:
    """What a story expects and what happened, both as lines in the same order."""

    name: str
    place: Place
    expected: tuple[Line, ...]
    got: tuple[Line, ...]
    misunderstood: bool = False
    """It failed, but with what the story says was meant, it passes: the dialogue is right and the understanding is not."""

    @property
    def passed(self) -> bool:
        return self.expected == self.got


@dataclass(frozen=True, slots=True)
class StoryReport:
    """All stories of one run."""

    results: tuple[StoryResult, ...]
    misunderstood: tuple[str, ...] = ()
    """Texts that are understood otherwise than their story says, where that does not count for the verdict."""

    @property
    def stories(self) -> int:
        return len(self.results)

    @property
    def failures(self) -> tuple[StoryResult, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def failed(self) -> int:
        return len(self.failures)

    @property
    def passed(self) -> int:
        return self.stories - self.failed

    @property
    def by_understanding(self) -> int:
        """Failed stories of which only the understanding is to blame."""
        return sum(result.misunderstood for result in self.failures)


def shown(result: StoryResult) -> Iterator[str]:
    """A failed story as lines: `-` was expected, `+` happened, with the line of the story; coloured on a terminal."""
    blame = " (understood otherwise than the story says)" if result.misunderstood else ""
    yield coloured(f"{result.place}: story '{result.name}'{blame}", "bold")
    width = max((len(str(line.number)) for line in result.expected), default=1)
    for mark, line in _differences(result.expected, result.got):
        number = str(line.number or "") if mark != "+" else ""
        why = coloured(f"  ({line.why})", "dim") if line.why and mark == "+" else ""
        text = f"  {mark} {number:>{width}}  {line.text}"
        yield (coloured(text, COLOUR[mark]) if mark in COLOUR else text) + why


def _differences(expected: Sequence[Line], got: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    matcher = difflib.SequenceMatcher(None, [line.text for line in expected], [line.text for line in got], autojunk=False)
    for kind, begin, end, there, thereto in matcher.get_opcodes():
        if kind == "equal":
            yield from ((" ", line) for line in expected[begin:end])
        else:
            yield from (("-", line) for line in expected[begin:end])
            yield from (("+", line) for line in got[there:thereto])
