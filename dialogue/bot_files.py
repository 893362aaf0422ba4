"""Reads a bot's whole folder (Rasa 3.1 format plus bot.yml and facts/) into one value, or tells every fault in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dialogue.bot_config import read_config
from dialogue.bot_settings import BotSettings, read_settings
from dialogue.domain import Domain
from dialogue.domain_file import DOMAIN_KEYS, NO_RESPONSE_NAME, read_domain
from dialogue.facts import Facts, read_facts
from dialogue.faults import BotFaults, Fault, errors_in, in_order
from dialogue.message import Message, message
from dialogue.nlu_file import read_nlu
from dialogue.script import Rule, Story
from dialogue.script_file import scripts_of
from dialogue.yaml_file import UNKNOWN_KEY, Node, Place, nearest, yaml_files
from dialogue.yaml_mending import read_mended
from nlu.data import TrainingData
from nlu.dialects import DialectFileError, Entry, read_words
from nlu.pipeline import Pipeline

__all__ = ["Bot", "BotFaults", "Fault", "load_bot", "read_bot"]

_VERSIONS = ("2.0", "3.0", "3.1")
_KNOWN = ("version", "nlu", "rules", "stories", "e2e_tests", *DOMAIN_KEYS)
"""Top-level keys of the files of the domain and of data/."""
_NOT_HASHED = ("tests", "__pycache__")
_HASHED = (".yml", ".yaml", ".csv", ".tsv")
_DIALECT_WORDS = "data/dialect_words.tsv"
"""Words of the operators' own region or trade, and what they mean."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What could not be read, so that nobody is told of a lack that only seems to be one.

    `whole`: of every file something was read. `words` stood in what was left out. `damaged` are rules and stories that lost a
    step.
    """

    whole: bool = True
    words: frozenset[str] = frozenset()
    damaged: frozenset[Place] = frozenset()


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
    labels: Mapping[str, Place] = field(default_factory=dict)
    """Where each intent is first written above examples."""
    lists: Mapping[str, Place] = field(default_factory=dict)
    """Where each lookup and regex is written."""
    gaps: Gaps = field(default_factory=Gaps)
    remarks: tuple[Fault, ...] = ()
    """What was found in the files that is no reason to refuse them."""


@dataclass(frozen=True, slots=True)
class BotRead:
    """A bot as far as its files could be read, and what was wrong in them."""

    bot: Bot
    faults: tuple[Fault, ...] = ()


def load_bot(folder: Path) -> Bot:
    """Read a bot. Raises BotFaults, which holds everything for which its files cannot be read, each with file:line."""
    found = read_bot(folder)
    errors = errors_in(found.faults)
    if errors:
        raise BotFaults(errors)
    return replace(found.bot, remarks=found.faults)


def read_bot(folder: Path) -> BotRead:
    """Read a bot, going on behind every fault. Raises BotFaults where there is no bot at all."""
    if not folder.is_dir():
        told = message("there is no such folder; 'xiangyin init DIR' makes a new bot")
        raise BotFaults([Fault(Place(folder, 1), told, "missing_file")])
    if not (folder / "domain.yml").is_file() and not (folder / "domain").is_dir():
        told = message("there is no such file; a bot's folder has domain.yml, data/, config.yml and bot.yml")
        raise BotFaults([Fault(Place(folder / "domain.yml", 1), told, "missing_file")])
    files = _Files()
    roots = [*files.roots(folder)]
    domain = read_domain(roots)
    nlu = read_nlu(roots, folder)
    script = scripts_of(roots)
    config = read_config(files.root(folder / "config.yml"))
    settings = read_settings(files.root(folder / "bot.yml"))
    for name in ("endpoints.yml", "credentials.yml"):
        files.root(folder / name)
    facts, wrong = read_facts(folder / settings.settings.facts)
    words = _dialect_words(folder / _DIALECT_WORDS, files.faults)
    faults = [*files.faults, *domain.faults, *nlu.faults, *script.faults, *config.faults, *settings.faults, *wrong]
    rasa = not (folder / "bot.yml").is_file()
    bot = Bot(
        folder=folder,
        domain=replace(domain.domain, as_rasa=rasa),
        rules=script.rules,
        stories=script.stories,
        training=replace(nlu.data, words=words),
        pipeline=config.pipeline,
        settings=settings.settings,
        facts=facts,
        version=version_of(folder),
        policies=config.policies,
        places=settings.places,
        labels=nlu.labels,
        lists=nlu.lists,
        gaps=Gaps(files.whole and facts.whole, frozenset(files.lost | domain.lost | script.lost | settings.lost), script.damaged),
    )
    return BotRead(bot, in_order(map(_as_rasa, faults) if rasa else faults))


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


@dataclass(slots=True)
class _Files:
    """Reads files one after the other, and keeps what is wrong with them."""

    faults: list[Fault] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    whole: bool = True

    def root(self, path: Path) -> Node:
        """The root of a file; an empty one where there is none or nothing of it can be read."""
        if not path.is_file():
            return Node(None, Place(path, 1))
        mended = read_mended(path)
        self.faults += [Fault.of(error) for error in mended.errors]
        self.lost |= mended.lost
        if mended.root is None:
            self.whole = False
            return Node(None, Place(path, 1))
        return mended.root

    def roots(self, folder: Path) -> Iterator[Node]:
        """The root of every file of the domain and of data/, any of which may hold any part."""
        paths = [folder / "domain.yml"] if (folder / "domain.yml").is_file() else []
        paths += [path for name in ("domain", "data") if (folder / name).is_dir() for path in yaml_files(folder / name)]
        for path in paths:
            node = self.root(path)
            if not path.read_bytes().strip():
                self._empty(path, alone=path.name == "domain.yml" and not (folder / "domain").is_dir())
            if isinstance(node.value, (dict, type(None))):
                self.faults += _top_level(node)
                given = node.mapping("")
                self.lost.update(word for key, child in given.items() if key not in _KNOWN for word in child.texts())
                yield node
            else:
                self.faults.append(Fault(node.place, message("{what} must be a mapping (key: value)", what=message("the file"))))
                self.lost.update(node.texts())

    def _empty(self, path: Path, alone: bool) -> None:
        """`alone`: nothing else can hold what is missing here."""
        if alone:
            self.whole = False
            told = message("is empty; the bot's intents, slots and responses belong here")
            self.faults.append(Fault(Place(path, 1), told))
        else:
            told = message("is empty; delete it, or bring back what stood in it")
            self.faults.append(Fault(Place(path, 1), told, severity="warning"))


def _top_level(node: Node) -> Iterator[Fault]:
    given = node.mapping(message("the file"))
    for key, child in given.items():
        if key not in _KNOWN:
            told = message(UNKNOWN_KEY, key=key, what=message("the file"), close=nearest(key, _KNOWN))
            yield Fault(node.keys[key], told)
        elif key == "version" and not _is_read(child):
            told = message("version {got} is not one of {known}", got=repr(child.plain()), known=", ".join(_VERSIONS))
            yield Fault(child.place, told, "version")
    if given and "version" not in given:
        told = message("the file does not say its 'version'; it is read as \"3.1\"")
        yield Fault(next(iter(node.keys.values())), told, "version", "hint")


def _is_read(version: Node) -> bool:
    """Whether this is a version of the format that is read: any that Rasa 3 reads."""
    try:
        return float(_VERSIONS[0]) <= float(str(version.value)) <= float(_VERSIONS[-1])
    except ValueError:
        return False


_BORNE = ("the file", "a mapping of {what}", "intent '{name}'", "entity '{name}'")
"""Where Rasa reads over a key that it does not know."""


def _as_rasa(fault: Fault) -> Fault:
    """What Rasa reads without a word is no error in a folder without bot.yml."""
    what = fault.what
    if not isinstance(what, Message):
        return fault
    if what.template == UNKNOWN_KEY:
        where = what.values["what"]
        if (where.template if isinstance(where, Message) else where) in (*_BORNE, "config.yml", "session_config"):
            return replace(fault, severity="warning" if what.values["close"] else "hint")
    return replace(fault, severity="warning") if what.template == NO_RESPONSE_NAME else fault


def _dialect_words(path: Path, faults: list[Fault]) -> tuple[Entry, ...]:
    try:
        return read_words(path) if path.is_file() else ()
    except DialectFileError as fault:
        faults.append(Fault(Place(path, fault.line), fault.what))
    return ()
