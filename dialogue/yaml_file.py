"""Values out of YAML: `fill` turns a mapping into a frozen dataclass, refusing unknown keys by name.

Every fault is told as file:line; the tree itself is dialogue.yaml_tree's.
"""

from __future__ import annotations

import dataclasses
import difflib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from dialogue.message import message
from dialogue.place import Name, Place, YamlError, place_of
from dialogue.yaml_tree import Node, parse, read

__all__ = [
    "UNKNOWN_KEY",
    "Name",
    "Node",
    "Place",
    "YamlError",
    "fill",
    "nearest",
    "parse",
    "place_of",
    "read",
    "refuse_unknown",
    "unknown_keys",
    "yaml_files",
]

Filled = TypeVar("Filled")
UNKNOWN_KEY = "unknown key '{key}' in {what}{close}"


def nearest(word: str, known: Iterable[str]) -> str:
    """'; did you mean 'x'?' or an empty text, to hang onto an error."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return message("; did you mean '{name}'?", name=close[0]) if close else ""


def refuse_unknown(node: Node, known: Iterable[str], what: str) -> None:
    """Raise YamlError for the keys of a mapping that are not in `known`."""
    errors = tuple(unknown_keys(node, known, what))
    if errors:
        raise YamlError.of_all(errors)


def unknown_keys(node: Node, known: Iterable[str], what: str) -> Iterator[YamlError]:
    """An error for each key of a mapping that is not in `known`."""
    names = list(known)
    for key in node.mapping(what):
        if key not in names:
            told = message(UNKNOWN_KEY, key=key, what=what, close=nearest(key, names))
            yield YamlError(node.keys[key], told)


def fill(cls: type[Filled], node: Node, what: str = "") -> Filled:
    """A dataclass from a mapping: unknown and missing keys and wrong types are told with file:line.

    Knows str, int, float, bool, Path (relative to the file), None, Literal, tuples, mappings and nested dataclasses.
    Field metadata {"aliases": (...)} names other spellings of the key.
    """
    name = what or cls.__name__
    fields = {field.name: field for field in dataclasses.fields(typing.cast(Any, cls))}
    spelled = {alias: key for key, field in fields.items() for alias in (key, *field.metadata.get("aliases", ()))}
    errors = list(unknown_keys(node, spelled, name))
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for key, child in node.mapping(name).items():
        if key not in spelled:
            continue
        if spelled[key] in values:
            told = message("'{key}' says '{other}' a second time in {what}", key=key, other=spelled[key], what=name)
            errors.append(YamlError(node.keys[key], told))
            continue
        values[spelled[key]] = None  # named, whether it can be read or not
        try:
            values[spelled[key]] = _convert(hints[spelled[key]], child, f"'{key}'")
        except YamlError as error:
            errors.append(error)
    for key, field in fields.items():
        if key not in values and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            errors.append(YamlError(node.place, message("{what} lacks the key '{key}'", what=name, key=key)))
    if errors:
        raise YamlError.of_all(errors)
    try:
        return cls(**values)
    except YamlError:
        raise
    except ValueError as fault:
        raise YamlError(node.place, message("{what}: {why}", what=name, why=str(fault))) from None


def _convert(hint: Any, node: Node, what: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return node.plain()
    if origin in (typing.Union, types.UnionType):
        return _convert_union(arguments, node, what)
    if origin is typing.Literal:
        if node.value not in arguments:
            told = message(
                "{what} must be one of {known}, got {got}", what=what, known=_listed(arguments), got=repr(node.plain())
            )
            raise YamlError(node.place, told)
        return node.value
    if origin is tuple:
        items = node.items(what) if isinstance(node.value, (tuple, type(None))) else (node,)
        return tuple(_convert(arguments[0], item, what) for item in items)
    if origin is not None and issubclass(origin, Mapping):
        return {node.key(key): _convert(arguments[1], child, f"'{key}'") for key, child in node.mapping(what).items()}
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
    raise last or YamlError(node.place, message("{what} may not be empty", what=what))


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
        return Name(value, node.place) if hint is str else value
    raise YamlError(node.place, message("{what} must be {kind}, got {got}", what=what, kind=_named(hint), got=repr(node.plain())))


_SWITCHES = {"yes": True, "on": True, "no": False, "off": False}
"""Where true or false is wanted, other tools' words for them are taken too."""


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _named(hint: Any) -> str:
    known = {
        str: message("text"),
        int: message("a whole number"),
        float: message("a number"),
        bool: message("true or false"),
    }
    return known.get(hint, str(hint))


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(str(value) for value in values)


def yaml_files(folder: Path) -> Iterator[Path]:
    """All .yml and .yaml files below a folder, in a stable order; hidden folders are left out."""
    for path in sorted(folder.rglob("*.y*ml")):
        if path.suffix in (".yml", ".yaml") and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path
