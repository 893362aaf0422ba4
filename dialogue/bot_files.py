"""Reads a bot's whole folder (Rasa 3.1 format plus bot.yml and facts/) into one value, or tells every fault in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dialogue.bot_config import ConfigRead, read_config
from dialogue.bot_settings import BotSettings, SettingsRead, read_settings
from dialogue.domain import Domain
from dialogue.domain_file import DOMAIN_KEYS, read_domain
from dialogue.facts import Facts, load_facts
from dialogue.faults import BotFaults, Fault, in_order
from dialogue.nlu_file import NluRead, read_nlu
from dialogue.payload import DEFAULT_INTENTS
from dialogue.script import Rule, Story
from dialogue.script_file import read_script
from dialogue.yaml_file import Node, Place, YamlError, nearest, read, yaml_files
from nlu.data import Example, TrainingData
from nlu.dialects import DialectFileError, Entry, read_words
from nlu.pipeline import Pipeline

__all__ = ["Bot", "BotFaults", "Fault", "load_bot"]

_VERSIONS = ("2.0", "3.0", "3.1")
_TRAINING_KEYS = ("version", "nlu", "rules", "stories", "e2e_tests")
_NOT_HASHED = ("tests", "__pycache__")
_HASHED = (".yml", ".yaml", ".csv", ".tsv")
_DIALECT_WORDS = "data/dialect_words.tsv"
"""Words of the operators' own region or trade, and what they mean."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as its operators wrote it. `version` is a hash of all its files but the tests."""

    folder: Path
    domain: Domain
    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    training: TrainingData = field(default_factory=TrainingData)
    pipeline: Pipeline = field(default_factory=Pipeline)
    settings: BotSettings = field(default_factory=BotSettings)
    facts: Facts = field(default_factory=Facts)
    version: str = ""
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The policies that config.yml names, with their options."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each key of bot.yml stands; actions as 'actions.NAME'."""
    labels: tuple[Fault, ...] = ()
    """Labels in the examples that the domain lacks: told by lint, but no reason to refuse the bot (Rasa takes it, too)."""


def load_bot(folder: Path) -> Bot:
    """Read a bot. Raises BotFaults, which holds everything that is wrong in its files, each with file:line."""
    if not folder.is_dir():
        raise BotFaults([Fault(Place(folder, 1), "there is no such folder; 'xiangyin init DIR' makes a new bot")])
    if not (folder / "domain.yml").is_file() and not (folder / "domain").is_dir():
        missing = Place(folder / "domain.yml", 1)
        raise BotFaults([Fault(missing, "there is no such file; a bot's folder has domain.yml, data/, config.yml and bot.yml")])
    faults: list[Fault] = []
    roots = _roots(folder, faults)
    whole = not faults
    domain = read_domain(roots.values(), whole)
    faults += [fault for node in roots.values() for fault in _top_level(node)]
    nlu = read_nlu(roots.values(), folder)
    words = _dialect_words(folder / _DIALECT_WORDS, faults)
    script = read_script(roots)
    config = _config(folder, faults)
    settings = _settings(folder, faults)
    for name in ("endpoints.yml", "credentials.yml"):
        _optional(folder / name, faults)
    facts = _facts(folder / settings.settings.facts, faults)
    faults += [*domain.faults, *nlu.faults, *script.faults, *config.faults, *settings.faults]
    labels = tuple(unknown_labels(domain.domain, nlu)) if whole else ()
    if faults:
        raise BotFaults(in_order([*faults, *labels]))
    return Bot(
        folder=folder,
        domain=domain.domain,
        rules=tuple(script.rules),
        stories=tuple(script.stories),
        training=replace(nlu.data, words=words),
        labels=labels,
        pipeline=config.pipeline,
        settings=settings.settings,
        facts=facts,
        version=version_of(folder),
        policies=config.policies,
        places=settings.places,
    )


def bot_paths(folder: Path) -> tuple[Path, ...]:
    """Every file that makes the bot what it is, in order: YAML and the tables; neither its tests nor what is hidden."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_HASHED]
        found += [Path(parent, name) for name in names if name.endswith(_HASHED) and not name.startswith(".")]
    return tuple(sorted(path for path in found if path.is_file()))


def version_of(folder: Path) -> str:
    """A hash of the files of `bot_paths`; 12 hexadecimal digits."""
    return hash_of({path.relative_to(folder).as_posix(): path.read_bytes() for path in bot_paths(folder)})


def hash_of(files: Mapping[str, bytes]) -> str:
    """The hash that names a bot's version, over its files by their paths (with '/') inside its folder."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def unknown_labels(domain: Domain, nlu: NluRead) -> Iterator[Fault]:
    """Training sentences whose intents or entities the domain lacks; each name is told once, where it is first used."""
    seen: set[str] = set()
    for example, place in zip(nlu.data.examples, nlu.places, strict=True):
        for kind, name, known in _labels(example, domain):
            if name not in known and name not in seen:
                seen.add(name)
                yield Fault(place, f"an example uses the {kind} '{name}', which domain.yml does not list{nearest(name, known)}")


def _labels(example: Example, domain: Domain) -> Iterator[tuple[str, str, Iterable[str]]]:
    for intent in example.intents:
        # a retrieval intent 'faq/prices' is listed as 'faq'
        name = intent if intent in domain.intents else intent.partition("/")[0]
        yield "intent", name, (*domain.intents, *DEFAULT_INTENTS)
    for entity in example.entities:
        yield "entity", entity.entity, domain.entities


def _roots(folder: Path, faults: list[Fault]) -> dict[Path, Node]:
    """The root of every file of the domain and of data/, any of which may hold any part."""
    paths = [folder / "domain.yml"] if (folder / "domain.yml").is_file() else []
    paths += [path for name in ("domain", "data") if (folder / name).is_dir() for path in yaml_files(folder / name)]
    roots: dict[Path, Node] = {}
    for path in paths:
        node = _optional(path, faults)
        if node is None:
            continue
        if not isinstance(node.value, (dict, type(None))):
            faults.append(Fault(node.place, "the file must be a mapping (key: value)"))
            continue
        roots[path] = node
    return roots


def _top_level(node: Node) -> Iterator[Fault]:
    known = (*_TRAINING_KEYS, *DOMAIN_KEYS)
    for key, child in node.mapping("the file").items():
        if key not in known:
            yield Fault(node.keys[key], f"unknown key '{key}'{nearest(key, known)}")
        elif key == "version" and str(child.value) not in _VERSIONS:
            yield Fault(child.place, f"version {child.plain()!r} is not one of {', '.join(_VERSIONS)}")


def _optional(path: Path, faults: list[Fault]) -> Node | None:
    """The root of a file, None where there is none or it cannot be parsed."""
    if not path.is_file():
        return None
    try:
        return read(path)
    except YamlError as error:
        faults.append(Fault.of(error))
        return None


def _dialect_words(path: Path, faults: list[Fault]) -> tuple[Entry, ...]:
    try:
        return read_words(path) if path.is_file() else ()
    except DialectFileError as fault:
        faults.append(Fault(Place(path, fault.line), fault.what))
    return ()


def _config(folder: Path, faults: list[Fault]) -> ConfigRead:
    node = _optional(folder / "config.yml", faults)
    return ConfigRead() if node is None else read_config(node)


def _settings(folder: Path, faults: list[Fault]) -> SettingsRead:
    node = _optional(folder / "bot.yml", faults)
    return SettingsRead() if node is None else read_settings(node)


def _facts(folder: Path, faults: list[Fault]) -> Facts:
    if not folder.is_dir():
        return Facts()
    try:
        return load_facts(folder)
    except BotFaults as found:
        faults.extend(found.faults)
    except YamlError as error:
        faults.append(Fault.of(error))
    return Facts()
