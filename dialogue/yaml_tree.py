"""YAML as a tree that remembers where each value stood."""

from __future__ import annotations

import dataclasses
import gc
import re
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogue.message import message
from dialogue.place import Name, Place, YamlError
from dialogue.yaml_faults import control_character, syntax_error

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # Any: yaml's stubs know only one of the two
_SCALARS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
)
"""What an unquoted scalar may be besides text, after YAML 1.2, which Rasa reads: Yes, 9:30, 2026-11-22 and 0571 are text."""


_TEXT, _SEQUENCE, _MAPPING, _MERGE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map", "merge"))


class Loader(_Safe):  # type: ignore[misc]
    """The safe loader with the scalars of YAML 1.2 in place of those of 1.1."""

    yaml_implicit_resolvers: typing.ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: tuple[bool, bool]) -> str:
        """As PyYAML resolves tags, without what is never used here (paths): stories have a hundred thousand scalars."""
        if kind is not yaml.ScalarNode:
            return _SEQUENCE if kind is yaml.SequenceNode else _MAPPING
        for tag, pattern in self.yaml_implicit_resolvers.get((value or "")[:1], ()) if implicit[0] else ():
            if pattern.match(value or ""):
                return tag
        return _TEXT


for _tag, _pattern, _firsts in _SCALARS:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_firsts))


@dataclass(frozen=True, slots=True)
class Node:
    """One YAML value: a scalar, a tuple of Nodes, or a mapping of Nodes; `keys` are the places of a mapping's keys."""

    value: Any  # scalar | tuple[Node, ...] | dict[str, Node]
    place: Place
    keys: Mapping[str, Place] = dataclasses.field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places, as yaml.safe_load gives it."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def mapping(self, what: str) -> dict[str, Node]:
        """The value as a mapping; `what` names it in the error. Nothing at all counts as an empty mapping."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            told = "{what} must be a mapping (key: value), got {got}"
            if isinstance(self.value, str) and "：" in self.value:
                told = "{what} must be a mapping (key: value) with an ASCII colon, got {got}"
            raise YamlError(self.place, message(told, what=what, got=self._kind()))
        return self.value

    def items(self, what: str) -> tuple[Node, ...]:
        """The value as a list; nothing at all counts as an empty list."""
        if self.value is None:
            return ()
        if not isinstance(self.value, tuple):
            raise YamlError(self.place, message("{what} must be a list (- item), got {got}", what=what, got=self._kind()))
        return self.value

    def text(self, what: str) -> str:
        """The value as text; numbers are taken as written."""
        if self.value is None or isinstance(self.value, (dict, tuple)):
            raise YamlError(self.place, message("{what} must be text, got {got}", what=what, got=self._kind()))
        return str(self.value)

    def name(self, what: str) -> Name:
        """The value as text that knows its place."""
        return Name(self.text(what), self.place)

    def key(self, key: str) -> Name:
        """A key of this mapping that knows its place."""
        return Name(key, self.keys.get(key, self.place))

    def texts(self) -> Iterator[str]:
        """All keys and texts in here; of 'a+b' the parts, too."""
        if isinstance(self.value, dict):
            yield from self.value
            for child in self.value.values():
                yield from child.texts()
        elif isinstance(self.value, tuple):
            for child in self.value:
                yield from child.texts()
        elif isinstance(self.value, str):
            yield from (self.value, *self.value.split("+"))

    def _kind(self) -> str:
        if isinstance(self.value, dict):
            return message("a mapping")
        if isinstance(self.value, tuple):
            return message("a list")
        return message("nothing") if self.value is None else repr(self.value)


def read(path: Path) -> Node:
    """Read one YAML file (UTF-8). Raises YamlError for a missing file and for every fault of syntax."""
    return parse(read_text(path), path)


def read_text(path: Path) -> str:
    """The text of a file (UTF-8). Raises YamlError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise YamlError(Place(path, 1), message("there is no such file"), "missing_file") from None
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise YamlError(Place(path, line), message("is not UTF-8 text; save the file as UTF-8"), "syntax") from None
    except OSError as fault:
        raise YamlError(Place(path, 1), message("cannot be read: {why}", why=fault.strerror), "missing_file") from None


def parse(text: str, path: Path) -> Node:
    """Parse YAML text; `path` only serves the places. Raises YamlError."""
    root, twice = parse_all(text, path)
    if twice:
        raise YamlError.of_all(twice)
    return root


def parse_all(text: str, path: Path) -> tuple[Node, tuple[YamlError, ...]]:
    """Parse YAML text; keys that stand twice are told beside it (the first counts). Raises YamlError for faults of syntax."""
    loader = Loader(text)
    loader.twice = []
    with uncollected():
        return _parsed(loader, text, path), tuple(loader.twice)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile, for work that makes a million lasting objects and no cycle: looking for cycles over and
    over takes four fifths of the time in which a large file is parsed."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _parsed(loader: Loader, text: str, path: Path) -> Node:
    try:
        root = loader.get_single_node()
        return Node(None, Place(path, 1)) if root is None else _node(root, loader, path)
    except yaml.MarkedYAMLError as fault:
        raise syntax_error(fault, text, path) from None
    except yaml.YAMLError:  # the reader's, of characters that may stand in no YAML
        raise control_character(text, path) from None
    except RecursionError:
        told = message("nests without end; does an alias (*name) stand inside its own anchor (&name)?")
        raise YamlError(Place(path, 1), told, "syntax") from None
    finally:
        loader.dispose()


def _node(raw: yaml.Node, loader: Any, path: Path) -> Node:
    place = Place(path, raw.start_mark.line + 1, raw.start_mark.column + 1)
    if isinstance(raw, yaml.MappingNode):
        return _mapping(raw, loader, path)
    if isinstance(raw, yaml.SequenceNode):
        return Node(tuple(_node(item, loader, path) for item in raw.value), place)
    return Node(_scalar(raw, loader, place), place)


def _scalar(raw: yaml.Node, loader: Any, place: Place) -> Any:
    """The value of a scalar. Raises YamlError for one whose explicit tag (such as !!int) does not fit."""
    if raw.tag == _TEXT:
        return raw.value
    try:
        return loader.construct_object(raw, deep=True)
    except (ValueError, KeyError):
        told = message("not valid YAML: {value} is not what {tag} says", value=repr(raw.value), tag=raw.tag)
        raise YamlError(place, told, "syntax") from None


def _mapping(raw: yaml.MappingNode, loader: Any, path: Path) -> Node:
    if any(key.tag == _MERGE for key, _ in raw.value):
        loader.flatten_mapping(raw)
    values: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key_node, value_node in raw.value:
        place = Place(path, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        key = str(_scalar(key_node, loader, place))
        if key in values:
            loader.twice.append(
                YamlError(place, message("'{key}' stands twice; first at line {line}", key=key, line=keys[key].line))
            )
            continue
        values[key] = _node(value_node, loader, path)
        keys[key] = place
    return Node(values, Place(path, raw.start_mark.line + 1, raw.start_mark.column + 1), keys)
