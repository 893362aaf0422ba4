"""YAML that remembers where each value stood, so that every fault can be told as file:line.

`read` gives a tree of Nodes; `fill` turns a mapping into a frozen dataclass, refusing unknown keys by name.
"""

from __future__ import annotations

import dataclasses
import difflib
import gc
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

Filled = TypeVar("Filled")
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
class Place:
    """Where something stands: `file:line`, lines from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class YamlError(ValueError):
    """A fault in a file that a person wrote; the message begins with file:line."""

    def __init__(self, place: Place, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place = place
        self.what = what


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
            raise YamlError(self.place, f"{what} must be a mapping (key: value), got {self._kind()}")
        return self.value

    def items(self, what: str) -> tuple[Node, ...]:
        """The value as a list; nothing at all counts as an empty list."""
        if self.value is None:
            return ()
        if not isinstance(self.value, tuple):
            raise YamlError(self.place, f"{what} must be a list (- item), got {self._kind()}")
        return self.value

    def text(self, what: str) -> str:
        """The value as text; numbers are taken as written."""
        if self.value is None or isinstance(self.value, (dict, tuple)):
            raise YamlError(self.place, f"{what} must be text, got {self._kind()}")
        return str(self.value)

    def _kind(self) -> str:
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, tuple):
            return "a list"
        return "nothing" if self.value is None else repr(self.value)


def read(path: Path) -> Node:
    """Read one YAML file (UTF-8). Raises YamlError for a missing file and for every fault of syntax."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise YamlError(Place(path, 1), "there is no such file") from None
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise YamlError(Place(path, line), "is not UTF-8 text; save the file as UTF-8") from None
    except OSError as fault:
        raise YamlError(Place(path, 1), f"cannot be read: {fault.strerror}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Node:
    """Parse YAML text; `path` only serves the places."""
    loader = Loader(text)
    with _uncollected():
        return _parsed(loader, text, path)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: a large file makes a million lasting objects and no cycle, so looking for cycles over
    and over takes four fifths of the time."""
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
        mark = fault.problem_mark or fault.context_mark
        line = 1 if mark is None else mark.line + 1
        tab = "; indent with spaces, not with a tab" if "\t" in _line(text, line) else ""
        raise YamlError(Place(path, line), f"not valid YAML: {fault.problem or fault.context}{tab}") from None
    except yaml.YAMLError as fault:
        raise YamlError(Place(path, 1), f"not valid YAML: {' '.join(str(fault).split())}") from None
    except RecursionError:
        raise YamlError(Place(path, 1), "nests without end; does an alias (*name) stand inside its own anchor (&name)?") from None
    finally:
        loader.dispose()


def _line(text: str, number: int) -> str:
    return next(iter(text.split("\n")[number - 1 : number]), "")


def _node(raw: yaml.Node, loader: Any, path: Path) -> Node:
    place = Place(path, raw.start_mark.line + 1)
    if isinstance(raw, yaml.MappingNode):
        return _mapping(raw, loader, path)
    if isinstance(raw, yaml.SequenceNode):
        return Node(tuple(_node(item, loader, path) for item in raw.value), place)
    if raw.tag == _TEXT:
        return Node(raw.value, place)
    try:
        return Node(loader.construct_object(raw), place)
    except (ValueError, KeyError):  # an explicit tag such as !!int that does not fit
        raise YamlError(place, f"not valid YAML: {raw.value!r} is not what {raw.tag} says") from None


def _mapping(raw: yaml.MappingNode, loader: Any, path: Path) -> Node:
    if any(key.tag == _MERGE for key, _ in raw.value):
        loader.flatten_mapping(raw)
    values: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key_node, value_node in raw.value:
        key = key_node.value if key_node.tag == _TEXT else str(loader.construct_object(key_node, deep=True))
        place = Place(path, key_node.start_mark.line + 1)
        if key in values:
            raise YamlError(place, f"'{key}' stands twice; first at line {keys[key].line}")
        values[key] = _node(value_node, loader, path)
        keys[key] = place
    return Node(values, Place(path, raw.start_mark.line + 1), keys)


def nearest(word: str, known: Iterable[str]) -> str:
    """' (did you mean 'x'?)' or an empty text, to hang onto an error."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def refuse_unknown(node: Node, known: Iterable[str], what: str) -> None:
    """Raise YamlError at the first key of a mapping that is not in `known`."""
    names = list(known)
    for key in node.mapping(what):
        if key not in names:
            raise YamlError(node.keys[key], f"unknown key '{key}' in {what}{nearest(key, names)}")


def fill(cls: type[Filled], node: Node, what: str = "") -> Filled:
    """A dataclass from a mapping: unknown and missing keys and wrong types are told with file:line.

    Knows str, int, float, bool, Path (relative to the file), None, Literal, tuples, mappings and nested dataclasses.
    Field metadata {"aliases": (...)} names other spellings of the key.
    """
    name = what or cls.__name__
    fields = {field.name: field for field in dataclasses.fields(typing.cast(Any, cls))}
    spelled = {alias: key for key, field in fields.items() for alias in (key, *field.metadata.get("aliases", ()))}
    refuse_unknown(node, spelled, name)
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, child in node.mapping(name).items():
        if spelled[key] in values:
            raise YamlError(node.keys[key], f"'{key}' says '{spelled[key]}' a second time in {name}")
        values[spelled[key]] = _convert(hints[spelled[key]], child, f"'{key}'")
    for key, field in fields.items():
        if key not in values and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise YamlError(node.place, f"{name} lacks the key '{key}'")
    try:
        return cls(**values)
    except YamlError:
        raise
    except ValueError as fault:
        raise YamlError(node.place, f"{name}: {fault}") from None


def _convert(hint: Any, node: Node, what: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return node.plain()
    if origin in (typing.Union, types.UnionType):
        return _convert_union(arguments, node, what)
    if origin is typing.Literal:
        if node.value not in arguments:
            raise YamlError(node.place, f"{what} must be one of {_listed(arguments)}, got {node.value!r}")
        return node.value
    if origin is tuple:
        items = node.items(what) if isinstance(node.value, (tuple, type(None))) else (node,)
        return tuple(_convert(arguments[0], item, what) for item in items)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _convert(arguments[1], child, f"'{key}'") for key, child in node.mapping(what).items()}
    if dataclasses.is_dataclass(hint):
        return fill(typing.cast(Any, hint), node, what)
    return _scalar(hint, node, what)


def _convert_union(arguments: tuple[Any, ...], node: Node, what: str) -> Any:
    if node.value is None and type(None) in arguments:
        return None
    last: YamlError | None = None
    for argument in arguments:
        if argument is type(None):
            continue
        try:
            return _convert(argument, node, what)
        except YamlError as fault:
            last = fault
    raise last or YamlError(node.place, f"{what} may not be empty")


def _scalar(hint: Any, node: Node, what: str) -> Any:
    value = node.value
    if hint is bool and isinstance(value, str):
        value = _SWITCHES.get(value.lower(), value)
    if hint is Path:
        return node.place.file.parent / Path(node.text(what)).expanduser()
    if hint is float and isinstance(value, str):
        value = _number(value)  # quoted
    if hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if hint is str and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if hint in (str, int, bool) and type(value) is hint:
        return value
    raise YamlError(node.place, f"{what} must be {_named(hint)}, got {node.plain()!r}")


_SWITCHES = {"yes": True, "on": True, "no": False, "off": False}
"""Where true or false is wanted, other tools' words for them are taken too."""


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _named(hint: Any) -> str:
    known = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return known.get(hint, str(hint))


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(str(value) for value in values)


def yaml_files(folder: Path) -> Iterator[Path]:
    """All .yml and .yaml files below a folder, in a stable order; hidden folders are left out."""
    for path in sorted(folder.rglob("*.y*ml")):
        if path.suffix in (".yml", ".yaml") and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path
