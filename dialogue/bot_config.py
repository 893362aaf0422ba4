"""Reads config.yml: the options of understanding and of the policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.faults import Fault
from dialogue.message import message
from dialogue.yaml_file import Name, Node, YamlError, fill, unknown_keys
from nlu.pipeline import Pipeline

_KEYS = ("recipe", "language", "pipeline", "policies", "assistant_id", "version")
PIPELINE_ITEM = "XiangyinNLU"
"""The name under which config.yml holds the options of understanding."""


@dataclass(frozen=True, slots=True)
class ConfigRead:
    """config.yml as far as it could be read; `policies` are the named ones with their options, in order."""

    pipeline: Pipeline = field(default_factory=Pipeline)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def read_config(node: Node) -> ConfigRead:
    """The pipeline item XiangyinNLU and all policies; components of Rasa under other names are passed over."""
    pipeline = Pipeline()
    policies: dict[str, Mapping[str, Any]] = {}
    faults: list[Fault] = []
    try:
        given = node.mapping("config.yml")
    except YamlError as error:
        return ConfigRead(faults=Fault.all_of(error))
    faults += [Fault.of(error) for error in unknown_keys(node, _KEYS, "config.yml")]
    for key in ("pipeline", "policies"):
        try:
            for name, item in _components(given.get(key), key):
                if key == "policies":
                    options = item.mapping(key)
                    policies[name] = {item.key(option): _placed(options[option]) for option in options if option != "name"}
                elif name == PIPELINE_ITEM:
                    pipeline = fill(Pipeline, item, message("pipeline item '{name}'", name=name))
        except YamlError as error:
            faults += Fault.all_of(error)
    return ConfigRead(pipeline, policies, tuple(faults))


def _placed(node: Node) -> Any:
    """The value; a text knows its place. (Any: policies take what YAML holds.)"""
    return Name(node.value, node.place) if isinstance(node.value, str) else node.plain()


def _components(node: Node | None, what: str) -> list[tuple[str, Node]]:
    """Items of a list, each with its name; a bare name stands for an item without options."""
    found: list[tuple[str, Node]] = []
    for item in () if node is None else node.items(what):
        if isinstance(item.value, str):
            found.append((item.name(what), Node({"name": item}, item.place, {"name": item.place})))
            continue
        owner = message("an item of {what}", what=what)
        given = item.mapping(owner)
        if "name" not in given:
            raise YamlError(item.place, message("{what} lacks the key '{key}'", what=owner, key="name"))
        found.append((given["name"].name("name"), item))
    return found
