"""What the files of a bot may name, and the fault of naming anything else."""

from __future__ import annotations

import dataclasses
import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.actions.catalogue import built_in
from dialogue.bot_files import Bot
from dialogue.domain import Domain
from dialogue.endpoints import read_action_endpoint
from dialogue.faults import Fault, Severity
from dialogue.message import message
from dialogue.payload import DEFAULT_INTENTS
from dialogue.place import Place, YamlError
from dialogue.slot_file import REQUESTED_SLOT

RASAS_SLOTS = (REQUESTED_SLOT, "session_started_metadata")
"""Slots that Rasa knows without their being listed."""
RASAS_LOOPS = ("action_two_stage_fallback",)
"""Loops that Rasa knows besides the domain's forms."""
SETTINGS = "bot.yml"


@dataclass(frozen=True, slots=True)
class Scope:
    """A bot and the names in it. `rasa`: a folder without bot.yml, in which is borne what Rasa bears.

    `server`: there are custom actions (in a bot of Rasa those that the domain lists), which may fill slots and speak.
    """

    bot: Bot
    rasa: bool
    server: bool
    names: Mapping[str, Collection[str]]
    """What is known, by kind."""
    settled: frozenset[str]
    """Every text in bot.yml: what is named there is put to some use."""
    meant: set[str]
    """Names that a wrong one seems to stand for: they are not told to be unused on top of it."""

    @classmethod
    def of(cls, bot: Bot) -> Scope:
        domain, settings = bot.domain, bot.settings
        described = (name.removeprefix("actions.") for name in bot.places if name.startswith("actions."))
        actions = (*built_in(bot.facts.terms), *responses_of(domain), *domain.forms, *domain.actions, *settings.actions)
        names = {
            "intent": frozenset((*domain.intents, *DEFAULT_INTENTS)),
            "entity": frozenset(domain.entities),
            "slot": frozenset((*domain.slots, *RASAS_SLOTS)),
            "form": frozenset((*domain.forms, *RASAS_LOOPS)),
            "action": frozenset((*actions, *described)),
            "response": responses_of(domain),
        }
        settled = frozenset(_texts(settings))
        rasa = not (bot.folder / SETTINGS).is_file()
        custom = [name for name in domain.actions if not name.startswith("utter_") and name not in built_in(bot.facts.terms)]
        return cls(bot, rasa, has_action_server(bot) or (rasa and bool(custom)), names, settled, set())

    def severity(self, tolerated: bool = False) -> Severity:
        """How much a fault weighs that Rasa tolerates (or does not)."""
        return "warning" if tolerated and self.rasa else "error"

    def lost(self, *names: str) -> bool:
        """Whether one of these may stand in what could not be read, or is written wrong somewhere."""
        gaps = self.bot.gaps
        return not gaps.whole or any(name in gaps.words or name in self.meant for name in names)

    def knows(self, kind: str, name: str) -> bool:
        """Whether the bot has this name; of a retrieval intent 'faq/prices' it is enough that 'faq' is listed."""
        return name in self.names[kind] or (kind == "intent" and name.partition("/")[0] in self.names[kind]) or self.lost(name)

    def unknown(self, kind: str, name: str, owner: str, place: Place, tolerated: bool = False) -> Iterator[Fault]:
        """The fault where the bot has no such name."""
        if self.knows(kind, name):
            return
        told = "{owner} uses the {kind} '{name}', which the domain does not list{close}"
        if kind == "action" and name.startswith("utter_"):
            kind = "response"
        elif kind == "action":
            told = "{owner} uses the {kind} '{name}', which neither the domain nor bot.yml lists{close}"
        close = self.close(name, self.names[kind] if kind != "action" else self._acting())
        yield Fault(place, message(told, owner=owner, kind=message(kind), name=name, close=close), kind, self.severity(tolerated))

    def close(self, name: str, known: Iterable[str]) -> str:
        """The nearest name that is known, to hang onto a fault; it counts as meant."""
        prefix = next((prefix for prefix in ("action_", "utter_ask_", "utter_") if name.startswith(prefix)), "")
        alike = [one for one in known if one.startswith(prefix)]
        close = difflib.get_close_matches(name[len(prefix) :], [one[len(prefix) :] for one in alike], n=1, cutoff=0.6)
        if not close:
            return ""
        self.meant.add(prefix + close[0])
        return message("; did you mean '{name}'?", name=prefix + close[0])

    def _acting(self) -> Iterable[str]:
        return (name for name in self.names["action"] if not name.startswith("utter_"))


def where(place: Place) -> str:
    """A second place, as it stands in a sentence."""
    return f"{place.file.name}:{place.line}"


def responses_of(domain: Domain) -> frozenset[str]:
    """All responses; those of a retrieval intent (utter_faq/prices) are also known by its name (utter_faq)."""
    return frozenset(part for name in domain.responses for part in (name, name.partition("/")[0]))


def has_action_server(bot: Bot) -> bool:
    """Whether endpoints.yml names one (a fault in it counts as one), or the code of one lies in the folder."""
    if (bot.folder / "actions.py").is_file() or (bot.folder / "actions").is_dir():
        return True
    try:
        return read_action_endpoint(bot.folder, defaultdict(str)) is not None
    except YamlError:
        return True


def _texts(value: Any) -> Iterator[str]:
    """All texts in settings, keys among them. (Any: settings hold what YAML holds.)"""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            yield from (str(key), *_texts(child))
    elif isinstance(value, (tuple, list)):
        for child in value:
            yield from _texts(child)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))
