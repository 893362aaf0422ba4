"""A grammar out of any bot: its examples are templates, its entities slots, its synonyms, look-ups and facts what fills them.

Numbers are written as they are said; sentences in a dialect's words belong to that dialect; what cannot be read aloud (a web
address, an English word) is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from dialogue.bot_files import Bot, load_bot
from dialogue.facts import ID, Facts
from dialogue.numerals import read_count, read_digits, read_number
from nlu.data import Example
from nlu.dialects import normalise
from nlu.text import fold
from synth_data.texts.grammar import SMALL, STANDARD, Grammar, Template
from synth_data.texts.splits import SLOT

_SPEAKERS = {
    "yue": ("yue",),
    "wuu": ("wuu", "cmn-wu"),
    "nan": (),
    "cmn-sichuan": ("cmn-sichuan",),
    "cmn-dongbei": ("cmn-dongbei",),
}
"""Who says a sentence with words of that file of nlu's lexicon. Nobody here speaks Hokkien proper."""
_LETTERS = re.compile(r"[A-Za-z]+")
_LONGEST_ACRONYM = 4
_READABLE = re.compile(r"[A-Z\u3400-\u9fff，{}_a-z0-9]+")
_LONGEST = 32
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_PAUSE = re.compile(r"[，,。;；、!！?？:：]+")
_QUANTITY_DIGITS = 8
_VERBAL = re.compile(r"^[不能没有迁拉过搬挡临要会开掉]|[来去断住的]$")
"""Words marked as an entity that no other sentence could take in the place of a noun (不能断, 迁过来)."""
FACTS = "facts"
"""The intent of questions that stand in the facts."""
_ASKED = "asked_as"
_NAME = "name"
_LEAST_SHARED = 3
"""Values that an entity's words and a slot of the hand-written grammar must have in common to be one slot."""


@cache
def grammar_of_bot(folder: Path) -> Grammar:
    """The grammar of a bot's folder. Raises BotFaults where the bot cannot be read."""
    bot = load_bot(folder)
    slots = _slots(bot)
    templates: dict[str, dict[str, Template]] = defaultdict(dict)
    for example in (*bot.training.examples, *_questions(bot.facts)):
        text = _template(example, slots)
        for dialect in _dialects(example.text):
            if text:
                templates[dialect].setdefault(text, Template(text, "+".join(example.intents)))
    templates[STANDARD] |= {}
    return Grammar({dialect: tuple(found.values()) for dialect, found in templates.items()}, slots, {})


def fitted(bot: Grammar, written: Grammar) -> Grammar:
    """The bot's grammar with its slots named as those of a hand-written one that hold the same words, and the words of the
    latter's slots (sizes, money, periods) made slots in the bot's sentences, so that other values come in their place.

    What is no need of a customer there (greetings, thanks, small talk) counts as small, where it has any needs.
    """
    names = {slot: _same(values, written.slots) or slot for slot, values in bot.slots.items()}
    merged: dict[str, tuple[str, ...]] = {}
    for slot, values in bot.slots.items():
        merged[names[slot]] = tuple(dict.fromkeys((*merged.get(names[slot], ()), *values)))
    opened = {slot: values for slot, values in written.slots.items() if slot not in _KEPT}
    finder = _finder(opened)
    known = {one.intent for found in written.templates.values() for one in found if one.intent != SMALL} | {FACTS}
    templates: dict[str, list[Template]] = defaultdict(list)
    for dialect, found in bot.templates.items():
        for one in found:
            is_need = known == {FACTS} or all(part in known for part in one.intent.split("+"))
            name = dialect if is_need else f"{SMALL}@{dialect}"
            templates[name].append(replace(one, text=_opened(_renamed(one.text, names), finder, opened)))
    return Grammar({name: tuple(found) for name, found in templates.items()}, merged, {})


_KEPT = {"quality", "business", "title", "surname", "hour", "when", "area", "rival", "fee", "cycle", "count"}
"""Slots whose values are plain words that mean other things in other sentences."""


def spoken(text: str) -> str:
    """`text` as it is said: numbers in words, simplified characters, capitals, pauses as ，."""
    said = _PAUSE.sub("，", fold(text)).replace(" ", "")
    said = _PERCENT.sub(lambda found: f"百分之{read_number(found[1])}", said)
    return _NUMBER.sub(_number, said).upper().replace("𠲎", "伐")


def _number(found: re.Match[str]) -> str:
    digits = found[0]
    if digits.isdigit() and (len(digits) > _QUANTITY_DIGITS or (digits.startswith("0") and len(digits) > 1)):
        return read_digits(digits)
    return read_count(digits)


def _template(example: Example, slots: Mapping[str, tuple[str, ...]]) -> str:
    """The example with its entities as {slot}; empty for one that cannot be read aloud."""
    pieces: list[str] = []
    at = 0
    for entity in sorted(example.entities, key=lambda one: one.start):
        if entity.start < at or entity.entity not in slots:
            continue
        pieces += (example.text[at : entity.start], f"\0{entity.entity}\0")
        at = entity.end
    pieces.append(example.text[at:])
    parts = [part if number % 2 else spoken(part) for number, part in enumerate("".join(pieces).split("\0"))]
    text = "".join(f"{{{part}}}" if number % 2 else part for number, part in enumerate(parts)).strip("，")
    return text if _is_readable(text) else ""


def _is_readable(text: str) -> bool:
    plain = SLOT.sub("", text)
    words = _LETTERS.findall(plain)
    return bool(
        plain
        and len(plain) <= _LONGEST
        and _READABLE.fullmatch(text)
        and all(word.isupper() and len(word) <= _LONGEST_ACRONYM for word in words)
    )


def _dialects(text: str) -> tuple[str, ...]:
    """Who would say it: speakers of the dialects whose words it has that Mandarin hasn't, else everybody."""
    files = {word.dialect for word in normalise(text).words} - {"written-tw-hk"}
    if not files:
        return (STANDARD,)
    return tuple(dict.fromkeys(code for file in sorted(files) for code in _SPEAKERS.get(file, ()))) if len(files) == 1 else ()


def _slots(bot: Bot) -> dict[str, tuple[str, ...]]:
    """Entity -> what is said for it: marked words, the other words for the same thing, look-ups, names in the facts."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    things: dict[str, set[str]] = defaultdict(set)
    for example in bot.training.examples:
        for entity in example.entities:
            found[entity.entity].setdefault(spoken(entity.text))
            things[entity.entity].add(bot.training.synonyms.get(entity.text, str(entity.value)))
    for word, thing in bot.training.synonyms.items():
        for name in (name for name, several in things.items() if thing in several):
            found[name].setdefault(spoken(word))
    for name, words in bot.training.lookups.items():
        found[name] |= dict.fromkeys(spoken(word) for word in words)
    for name, several in things.items():
        found[name] |= dict.fromkeys(_names(bot.facts, name, several))
    readable = {
        name: tuple(word for word in words if _is_readable(word) and not _VERBAL.search(word)) for name, words in found.items()
    }
    return {name: words for name, words in readable.items() if words}


def _names(facts: Facts, entity: str, things: set[str]) -> Iterable[str]:
    """The column `name` of rows that are one of `things` by their id, or by the column beside it where that is the entity."""
    for table in facts.tables.values():
        for row in table.rows:
            if row.get(_NAME) and (str(row.get(ID)) in things or (table.columns[1] == entity and str(row[entity]) in things)):
                yield spoken(str(row[_NAME]))


def _questions(facts: Facts) -> Iterable[Example]:
    """What customers ask about a row of the facts, from its column `asked_as`."""
    for table in facts.tables.values():
        for row in table.rows:
            for question in str(row.get(_ASKED) or "").split("|"):
                if question:
                    yield Example(question, (FACTS,))


def _same(values: tuple[str, ...], slots: Mapping[str, tuple[str, ...]]) -> str | None:
    shared = {name: len(set(values) & set(words)) for name, words in slots.items()}
    best = max(shared, key=lambda name: shared[name], default=None)
    return best if best is not None and shared[best] >= _LEAST_SHARED else None


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return SLOT.sub(lambda found: f"{{{names.get(found[1], found[1])}}}", text)


def _finder(slots: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    words = sorted({word for values in slots.values() for word in values if len(word) > 1}, key=len, reverse=True)
    return re.compile(r"\{\w+\}|(?<![一二两三四五六七八九十百千万])(?:" + "|".join(map(re.escape, words)) + ")")


def _opened(text: str, finder: re.Pattern[str], slots: Mapping[str, tuple[str, ...]]) -> str:
    def slot(found: re.Match[str]) -> str:
        if found[0].startswith("{"):
            return found[0]
        return f"{{{next(name for name, values in slots.items() if found[0] in values)}}}"

    return finder.sub(slot, text)
