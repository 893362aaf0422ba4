"""Reads training sentences from Rasa's nlu YAML: intents, annotated entities, synonyms, look-ups, regular expressions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dialogue.faults import Fault, in_order
from dialogue.message import message
from dialogue.yaml_file import Node, Place, YamlError, nearest, refuse_unknown, unknown_keys
from nlu.data import Example, TrainingData
from nlu.understanding import Entity, EntityValue

_KINDS = ("intent", "synonym", "lookup", "regex")
_MARK = re.compile(r"\[([^\[\]]+)\](?:\(([^()]+)\)|(?=\{))")
_UNCLOSED = re.compile(r"\[[^\[\]]+\]\(|\[[^\[\]]+\(\w+\)")
"""'[words](entity' and '[words(entity)': a mark that lost a bracket."""
_WIDE_MARK = re.compile(r"[（【［〔][^（）【】［］〔〕\[\]]+[）】］〕][(（]\w+[:：\w]*[)）]|\[[^\[\]]+\][（(]\w+[:：\w]*[）)]")
"""A mark with full-width brackets. What is right was taken out before."""
_CUT = re.compile(r"( ?)\|( ?)")
"""Between the needs of a compound example."""
_DICT_KEYS = ("entity", "value", "role", "group")


class AnnotationError(ValueError):
    """An entity annotation in a sentence cannot be read."""

    @property
    def what(self) -> str:
        return str(self) if not self.args or not isinstance(self.args[0], str) else self.args[0]


@dataclass(frozen=True, slots=True)
class NluRead:
    """Training data as far as it could be read.

    `places` are those of the examples, in the same order; `labels` where each intent is first written above examples, `lists`
    where each lookup and regex is.
    """

    data: TrainingData
    places: tuple[Place, ...] = ()
    faults: tuple[Fault, ...] = ()
    labels: Mapping[str, Place] = field(default_factory=dict)
    lists: Mapping[str, Place] = field(default_factory=dict)


@dataclass(slots=True)
class _Gathered:
    examples: list[Example] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, list[str]] = field(default_factory=dict)
    regexes: dict[str, list[str]] = field(default_factory=dict)
    folder: Path | None = None
    faults: list[Fault] = field(default_factory=list)
    labels: dict[str, Place] = field(default_factory=dict)
    lists: dict[str, Place] = field(default_factory=dict)
    synonym_lists: dict[str, tuple[str, Place]] = field(default_factory=dict)
    """The name and the place under which each word was first listed."""


def read_nlu(nodes: Iterable[Node], folder: Path | None = None) -> NluRead:
    """All training data below the key `nlu` of these files; other keys are left to their readers.

    `Example.origin` is told relative to `folder`, so that the data stay the same wherever the bot lies.
    """
    gathered = _Gathered(folder=folder)
    for node in nodes:
        if isinstance(node.value, dict) and "nlu" in node.value:
            _read_section(node.value["nlu"], gathered)
    data = TrainingData(
        examples=tuple(gathered.examples),
        synonyms=gathered.synonyms,
        lookups={name: tuple(dict.fromkeys(words)) for name, words in gathered.lookups.items()},
        regexes={name: tuple(dict.fromkeys(patterns)) for name, patterns in gathered.regexes.items()},
    )
    return NluRead(data, tuple(gathered.places), in_order(gathered.faults), gathered.labels, gathered.lists)


def parse_annotated(text: str) -> tuple[str, tuple[Entity, ...]]:
    """`要[八核](cpu_cores)的` as the plain sentence and its entities by character span.

    Also `[八核]{"entity": "cpu_cores", "value": 8, "role": ..., "group": ...}` and `[八核](cpu_cores:8)`. Raises
    AnnotationError.
    """
    plain, entities, position = "", [], 0
    for words, entity, after in _marks(text):
        start = words.start(0)
        plain += text[position:start]
        said = words.group(1).strip()
        begin = len(plain)
        plain += said
        entities.append(
            replace(entity, text=said, start=begin, end=len(plain), value=said if entity.value == "" else entity.value)
        )
        position = after
    plain += text[position:]
    if unclosed := _UNCLOSED.search(plain):
        rest = repr(plain[unclosed.start() :][:40])
        raise AnnotationError(message("an entity is not closed; write [words](entity): {text}", text=rest))
    if wide := _WIDE_MARK.search(plain):
        told = "an entity is marked with full-width brackets; write [words](entity): {text}"
        raise AnnotationError(message(told, text=repr(wide.group()[:40])))
    return plain, tuple(entities)


def parse_compound(text: str, needs: int) -> tuple[str, tuple[Entity, ...], tuple[int, ...]]:
    """`行|[8核](cpu_cores)的多少钱` as the plain sentence, its entities, and the positions at which needs 2, 3, ... begin.

    No positions where the sentence has no `|`. A space on both sides of a `|` is one in the sentence. Raises AnnotationError
    where the `|` don't make as many parts as there are needs.
    """
    if "|" not in text:
        return *parse_annotated(text), ()
    plain = ""
    entities: list[Entity] = []
    cuts: list[int] = []
    parts = [part for part in _CUT.sub(_uncut, text).split("|") if part.strip()]
    if len(parts) != needs or text.count("|") != needs - 1:
        told = "{needs} needs want {bars} '|' between them, with words on both sides: {text}"
        raise AnnotationError(message(told, needs=needs, bars=needs - 1, text=repr(text[:60])))
    for part in parts:
        words, found = parse_annotated(part)
        cuts.append(len(plain) + len(words) - len(words.lstrip()))
        entities += (replace(one, start=one.start + len(plain), end=one.end + len(plain)) for one in found)
        plain += words
    return plain, tuple(entities), tuple(cuts[1:])


def _uncut(mark: re.Match[str]) -> str:
    return " |" if mark.group(1) or mark.group(2) else "|"


def _marks(text: str) -> Iterator[tuple[re.Match[str], Entity, int]]:
    position = 0
    while found := _MARK.search(text, position):
        if found.group(2) is not None:
            name, _, value = found.group(2).partition(":")
            entity, position = Entity(name.strip(), value.strip(), "", 0, 0, source="annotated"), found.end()
        else:
            entity, position = _from_dict(text, found.end())
        yield found, entity, position


def _from_dict(text: str, start: int) -> tuple[Entity, int]:
    try:
        given, end = json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError as fault:
        told = "the braces of an entity are not valid JSON ({why}): {text}"
        raise AnnotationError(message(told, why=fault.msg, text=repr(text[start : start + 40]))) from None
    for key in given:
        if key not in _DICT_KEYS:
            raise AnnotationError(message("unknown key '{key}' in an entity{close}", key=key, close=nearest(key, _DICT_KEYS)))
    if not isinstance(given.get("entity"), str):
        raise AnnotationError(message("an entity lacks its name: {text}", text=text[start:end]))
    value: EntityValue = given.get("value", "")
    if not isinstance(value, (str, int, float)):
        raise AnnotationError(message("the value of an entity must be text or a number, got {got}", got=repr(value)))
    return Entity(given["entity"], value, "", 0, 0, "annotated", 1.0, given.get("role"), given.get("group")), end


def _read_section(node: Node, gathered: _Gathered) -> None:
    try:
        items = node.items("nlu")
    except YamlError as error:
        gathered.faults += Fault.all_of(error)
        return
    for item in items:
        try:
            _read_item(item, gathered)
        except YamlError as error:
            gathered.faults += Fault.all_of(error)


def _read_item(node: Node, gathered: _Gathered) -> None:
    given = node.mapping(message("an item of nlu"))
    kind = next((key for key in _KINDS if key in given), None)
    if kind is None:
        refuse_unknown(node, (*_KINDS, "examples", "metadata"), message("an item of nlu"))
        raise YamlError(node.place, message("an item of nlu must have one of the keys {known}", known=", ".join(_KINDS)))
    name = given[kind].text(kind).strip()
    unknown = [*unknown_keys(node, (kind, "examples", "metadata"), message("an item of nlu ({kind})", kind=kind))]
    gathered.faults += [Fault.of(error) for error in unknown]
    if "examples" not in given:
        if unknown:
            return  # most likely it is that key
        raise YamlError(node.place, message("{kind} '{name}' lacks the key 'examples'", kind=kind, name=name))
    lines = tuple(_lines(given["examples"], message("{kind} '{name}'", kind=kind, name=name), gathered.faults))
    if not lines and kind != "intent":
        raise YamlError(node.place, message("{kind} '{name}' has no examples", kind=kind, name=name))
    if kind == "intent":
        gathered.labels.setdefault(name, given[kind].place)
        _take_examples(tuple(part.strip() for part in name.split("+")), lines, gathered)
    elif kind == "synonym":
        _take_synonyms(name, lines, gathered)
    elif kind == "lookup":
        gathered.lists.setdefault(name, given[kind].place)
        gathered.lookups.setdefault(name, []).extend(line for line, _ in lines)
    else:
        gathered.lists.setdefault(name, given[kind].place)
        _take_patterns(name, lines, gathered)


def _lines(node: Node, what: str, faults: list[Fault]) -> Iterator[tuple[str, Place]]:
    """Each example with its place; a `|` block begins on the line below its key."""
    if isinstance(node.value, tuple):
        for item in node.value:
            text = item.value["text"] if isinstance(item.value, dict) and "text" in item.value else item
            said = text.text(message("an example of {what}", what=what))
            yield said.strip().removeprefix("- ").strip(), item.place
        return
    if node.value is None:
        return
    for offset, raw in enumerate(node.text(message("examples of {what}", what=what)).split("\n"), start=1):
        line, place = raw.strip(), Place(node.place.file, node.place.line + offset)
        if line.startswith("-") and line[1:].strip():
            yield line[1:].strip(), place
        elif line and not line.startswith("#"):
            told = message("an example of {what} is empty", what=what)
            if line != "-":
                told = message("an example of {what} must begin with '- ', got {got}", what=what, got=repr(line[:40]))
            faults.append(Fault(place, told))


def _take_examples(intents: tuple[str, ...], lines: Iterable[tuple[str, Place]], gathered: _Gathered) -> None:
    for line, place in lines:
        try:
            text, entities, cuts = parse_compound(line, len(intents)) if len(intents) > 1 else (*parse_annotated(line), ())
        except AnnotationError as fault:
            gathered.faults.append(Fault(place, fault.what))
            continue
        gathered.examples.append(Example(text, intents, entities, origin=_origin(place, gathered.folder), cuts=cuts))
        gathered.places.append(place)
        gathered.synonyms.update(_synonyms(entities))


def _origin(place: Place, folder: Path | None) -> str:
    file = place.file if folder is None else place.file.relative_to(folder)
    return f"{file.as_posix()}:{place.line}"


def _synonyms(entities: Iterable[Entity]) -> Mapping[str, str]:
    """As in Rasa, an annotation with a value teaches a synonym; numbers are left to those who read numbers."""
    return {
        entity.text: entity.value
        for entity in entities
        if isinstance(entity.value, str) and entity.value != entity.text and not entity.value.replace(".", "", 1).isdigit()
    }


def _take_synonyms(name: str, lines: Iterable[tuple[str, Place]], gathered: _Gathered) -> None:
    for line, place in lines:
        first, where = gathered.synonym_lists.setdefault(line, (name, place))
        if first != name:
            at = f"{where.file.name}:{where.line}"
            told = "'{word}' is a synonym of '{name}' and of '{first}' ({at}); keep one"
            told = message(told, word=line, name=name, first=first, at=at)
            gathered.faults.append(Fault(place, told, "contradicting_example", "warning"))
        gathered.synonyms[line] = name


def _take_patterns(name: str, lines: Iterable[tuple[str, Place]], gathered: _Gathered) -> None:
    for line, place in lines:
        try:
            re.compile(line)
        except re.error as fault:
            told = message("regex '{name}' is not a regular expression: {why}", name=name, why=str(fault))
            gathered.faults.append(Fault(place, told))
        else:
            gathered.regexes.setdefault(name, []).append(line)
