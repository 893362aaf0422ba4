"""Rules and stories with their common beginnings merged, as cards: what a customer says, and what is done about it until the next
words. Pure: a bot in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dialogue.bot_files import Bot
from dialogue.place import Place
from dialogue.script import (
    NOT_UNDERSTOOD,
    SET,
    ActionStep,
    CheckpointStep,
    LoopStep,
    Rule,
    SlotChoice,
    SlotStep,
    Step,
    Story,
    UserStep,
)

Kind = Literal["intent", "action", "response", "form", "slot", "checkpoint", "start"]
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "start": "the conversation begins",
        "running": "{name} is running",
        "no_form": "no form is running",
        "any": "{name} is set",
        "none": "{name} is empty",
    },
    "zh": {
        "start": "对话开始",
        "running": "{name} 进行中",
        "no_form": "没有表单在进行",
        "any": "{name} 有值",
        "none": "{name} 为空",
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card. `detail` is said in small letters: the words of a response, the entities of an intent."""

    kind: Kind
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A rule or story that runs through a card, and where it is written."""

    kind: Literal["rule", "story"]
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Card:
    """Rows that always come together, and the cards that may follow."""

    rows: tuple[Row, ...]
    sources: tuple[Source, ...]
    next: tuple[Card, ...] = ()

    @property
    def size(self) -> int:
        """Cards here and behind."""
        return 1 + sum(card.size for card in self.next)


@dataclass(frozen=True, slots=True)
class Group:
    """All that begins alike: with an intent, in a form, at a checkpoint, or with the conversation."""

    head: Row
    sources: tuple[Source, ...]
    cards: tuple[Card, ...]


@dataclass(slots=True)
class _Node:
    """A row in the tree of all beginnings."""

    row: Row
    sources: list[Source] = field(default_factory=list)
    next: dict[Row, _Node] = field(default_factory=dict)


def groups_of(bot: Bot, language: str = "en") -> tuple[Group, ...]:
    """The rules and stories of a bot, in the order in which what they begin with is first written; `language` is zh or en."""
    words = WORDS[language]
    roots: dict[Row, _Node] = {}
    scripts: tuple[Rule | Story, ...] = (*bot.rules, *bot.stories)
    for script in scripts:
        source = Source("rule" if isinstance(script, Rule) else "story", script.name, script.place)
        level = roots
        for row in _rows_of(script, bot, words):
            node = level.setdefault(row, _Node(row))
            node.sources.append(source)
            level = node.next
    return tuple(Group(node.row, tuple(node.sources), _cards(node)) for node in roots.values())


def _cards(node: _Node) -> tuple[Card, ...]:
    return tuple(_card(child) for child in node.next.values())


def _card(first: _Node) -> Card:
    rows, last = [first.row], first
    while len(last.next) == 1:
        (following,) = last.next.values()
        if following.row.kind == "intent" or len(following.sources) != len(first.sources):
            break
        rows.append(following.row)
        last = following
    return Card(tuple(rows), tuple(first.sources), _cards(last))


def _rows_of(script: Rule | Story, bot: Bot, words: Mapping[str, str]) -> Iterator[Row]:
    """What it begins with, under what conditions that holds, and what comes then."""
    rows = [row for step in script.steps for row in _rows(step, bot, words)]
    if not isinstance(script, Rule):
        yield from rows
        return
    conditions = [row for step in script.condition for row in _rows(step, bot, words)]
    if script.conversation_start:
        yield Row("start", words["start"])
    if rows and rows[0].kind == "intent":
        yield rows.pop(0)
    yield from conditions
    yield from rows


def _rows(step: Step, bot: Bot, words: Mapping[str, str]) -> Iterator[Row]:
    match step:
        case UserStep(alternatives, entities):
            names = (" + ".join(needs) or NOT_UNDERSTOOD for needs in alternatives)
            found = (name if value is None else f"{name} = {value}" for name, value in entities)
            yield Row("intent", " / ".join(names), ", ".join(found))
        case ActionStep(name):
            if name in bot.domain.forms:
                yield Row("form", name)
            elif name in bot.domain.responses or any(known.startswith(f"{name}/") for known in bot.domain.responses):
                yield Row("response", name, _words(name, bot))
            else:
                yield Row("action", name)
        case LoopStep(name):
            yield Row("form", words["running"].format(name=name) if name else words["no_form"])
        case SlotStep(values):
            yield Row("slot", _slots(values, words))
        case SlotChoice(choices):
            told = (row.text for one in choices for row in _rows(one, bot, words))
            yield Row("slot", " / ".join(told))
        case CheckpointStep(name):
            yield Row("checkpoint", name)


def _slots(values: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return ", ".join(_slot(name, value, words) for name, value in values.items())


def _slot(name: str, value: Any, words: Mapping[str, str]) -> str:
    if value is SET or value is None:
        return words["none" if value is None else "any"].format(name=name)
    return f"{name} = {value}"


def _words(response: str, bot: Bot) -> str:
    variations = bot.domain.responses.get(response, ())
    return next((" ".join(variation.text.split()) for variation in variations if variation.text), "")


def places(sources: Iterable[Source], limit: int = 8) -> str:
    """The rules and stories by name and file:line, one a line."""
    known = list(dict.fromkeys(sources))
    lines = [f"{source.name}  {source.place.file.name}:{source.place.line}" for source in known[:limit]]
    return "\n".join([*lines, f"+ {len(known) - limit}"] if len(known) > limit else lines)
