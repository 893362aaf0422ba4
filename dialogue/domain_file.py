"""Reads the domain from YAML (Rasa 2.0, 3.0 and 3.1), whole or split over files, telling every fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.domain import Domain, Form, Intent, ResponseVariation, SessionConfig, Slot, SlotMapping
from dialogue.faults import Fault, in_order
from dialogue.message import message
from dialogue.response_file import read_variations
from dialogue.slot_file import REQUESTED_SLOT, form_mappings, read_slot, requested_slot, with_auto_fill
from dialogue.yaml_file import Name, Node, Place, YamlError, fill, unknown_keys

DOMAIN_KEYS = ("intents", "entities", "slots", "responses", "forms", "actions", "session_config", "config", "e2e_actions")
"""The top-level keys that belong to the domain; `config` and `e2e_actions` are Rasa's and are left alone."""
NO_RESPONSE_NAME = "response '{name}' must begin with 'utter_'"
_INTENT_KEYS = ("use_entities", "ignore_entities", "is_retrieval_intent", "triggers")
_ENTITY_KEYS = ("roles", "groups", "influence_conversation")


@dataclass(frozen=True, slots=True)
class DomainRead:
    """The domain as far as it could be read, and what is wrong with it."""

    domain: Domain
    faults: tuple[Fault, ...] = ()
    lost: frozenset[str] = frozenset()
    """What stood in the parts that could not be read, or not wholly."""


@dataclass(slots=True)
class _Parts:
    """The domain while it is being put together."""

    intents: dict[str, Intent] = field(default_factory=dict)
    entities: dict[str, tuple[str, ...]] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    responses: dict[str, tuple[ResponseVariation, ...]] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    actions: dict[str, Place] = field(default_factory=dict)
    session: SessionConfig | None = None
    form_mappings: list[tuple[str, SlotMapping]] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    quiet: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def add(self, kind: str, name: str, thing: object, place: Place) -> None:
        """Take a definition; a second one must stand in another file and say the same."""
        known: dict[str, Any] = getattr(self, kind)
        first = self.places.get((kind, name))
        if first is None:
            known[name], self.places[kind, name] = thing, place
        elif first.file == place.file or not _same(known[name], thing):
            told = message("'{name}' stands twice among the {kind}; first at {first}", name=name, kind=message(kind), first=first)
            self.faults.append(Fault(place, told))

    def attempt(self, read: Callable[..., None], *arguments: object) -> None:
        """Run one reading step; a fault is kept and the rest goes on."""
        try:
            read(*arguments)
        except YamlError as error:
            self.faults += Fault.all_of(error)

    def check_keys(self, node: Node, known: Iterable[str], what: str) -> None:
        """Tell the keys of a mapping that are not known; the others are read all the same."""
        self.faults += [Fault.of(error) for error in unknown_keys(node, known, what)]

    def take(self, kind: str, take: Take, name: str, node: Node, place: Place) -> None:
        """Read one named thing. Where it cannot be read its name counts all the same, so that its users are not blamed."""
        before = len(self.faults)
        self.attempt(take, self, name, node, place)
        if len(self.faults) > before:
            self.lost.update((name, *node.texts()))
        getattr(self, kind).setdefault(name, _UNREADABLE[kind](name, place))


Take = Callable[[_Parts, str, Node, Place], None]
"""Reads one named thing: its name, what stands below it, and where."""
_UNREADABLE: Mapping[str, Callable[[str, Place], object]] = {
    "intents": Intent,
    "entities": lambda _name, _place: (),
    "slots": lambda name, place: Slot(name, "any", place),
    "responses": lambda _name, _place: (),
    "forms": Form,
    "actions": lambda _name, place: place,
}


def read_domain(nodes: Iterable[Node]) -> DomainRead:
    """The domain from the roots of all files that hold parts of it; other top-level keys are left to their readers."""
    parts = _Parts()
    roots = [node.value for node in nodes if isinstance(node.value, dict)]
    for root in roots:
        _read_root(root, parts)
    _settle_slots(parts, old=any(_version(root) < 3 and "slots" in root for root in roots))
    domain = Domain(
        intents=parts.intents,
        entities=parts.entities,
        slots=parts.slots,
        responses=parts.responses,
        forms=parts.forms,
        actions=parts.actions,
        told_domain=tuple(parts.told),
        session=parts.session or SessionConfig(),
        quiet_entities=tuple(parts.quiet),
    )
    return DomainRead(domain, in_order(parts.faults), frozenset(parts.lost))


def _read_root(root: Mapping[str, Node], parts: _Parts) -> None:
    take_form = _old_form if _version(root) < 3 else _form
    lists: Mapping[str, Take] = {"intents": _intent, "entities": _entity, "actions": _action}
    mappings: Mapping[str, Take] = {"slots": _slot, "responses": _response, "forms": take_form}
    for key, take in lists.items():
        if key in root:
            parts.attempt(_listed, parts, root[key], key, take)
    for key, take in mappings.items():
        if key in root:
            parts.attempt(_named, parts, root[key], key, take)
    if "session_config" in root:
        parts.attempt(_session, parts, root["session_config"])


def _listed(parts: _Parts, node: Node, what: str, take: Take) -> None:
    """Items of a list: names, or names with options (`- name: {...}`)."""
    for item in node.items(what):
        if not isinstance(item.value, dict):
            parts.attempt(_take_bare, parts, item, what, take)
        elif len(item.value) == 1:
            name, options = next(iter(item.value.items()))
            parts.take(what, take, name, options, item.keys[name])
        else:
            told = message("an item of {what} must be a name, or one name with its options", what=message(what))
            parts.faults.append(Fault(item.place, told))


def _take_bare(parts: _Parts, item: Node, what: str, take: Take) -> None:
    name = item.text(message("an item of {what}", what=message(what)))
    if " - " in name:  # what YAML makes of an item that is indented more than the one above it
        raise YamlError(item.place, message("'{name}' is two items in one; indent both alike", name=name))
    parts.take(what, take, name, Node(None, item.place), item.place)


def _named(parts: _Parts, node: Node, what: str, take: Take) -> None:
    """Entries of a mapping, each under its name."""
    if node.value == ():
        return  # `forms: []` is what older tools write for none
    for name, entry in node.mapping(what).items():
        parts.take(what, take, name, entry, node.keys[name])


def _intent(parts: _Parts, name: str, options: Node, place: Place) -> None:
    what = message("intent '{name}'", name=name)
    given = options.mapping(what)
    parts.check_keys(options, _INTENT_KEYS, what)
    use = given.get("use_entities")
    ignore = given.get("ignore_entities")
    used: tuple[str, ...] | None = None
    if use is not None and use.value is not True:
        used = () if use.value is False else names(use, "use_entities", what)
    ignored = () if ignore is None else names(ignore, "ignore_entities", what)
    parts.add("intents", name, Intent(name, place, used, ignored), place)


def _entity(parts: _Parts, name: str, options: Node, place: Place) -> None:
    what = message("entity '{name}'", name=name)
    given = options.mapping(what)
    parts.check_keys(options, _ENTITY_KEYS, what)
    marks = tuple(mark for key in ("roles", "groups") if key in given for mark in names(given[key], key, what))
    parts.add("entities", name, marks, place)
    if "influence_conversation" in given and given["influence_conversation"].value is False:
        parts.quiet.append(name)


def _action(parts: _Parts, name: str, options: Node, place: Place) -> None:
    parts.add("actions", name, place, place)
    wants = options.mapping(message("action '{name}'", name=name)).get("send_domain")
    if wants is not None and wants.value is True:
        parts.told.append(name)


def _slot(parts: _Parts, name: str, entry: Node, place: Place) -> None:
    slot, errors = read_slot(name, entry, place)
    parts.faults += [Fault.of(error) for error in errors]
    parts.add("slots", name, slot, place)


def _response(parts: _Parts, name: str, entry: Node, place: Place) -> None:
    if not name.startswith("utter_"):
        raise YamlError(place, message(NO_RESPONSE_NAME, name=name))
    variations, faults = read_variations(name, entry)
    parts.faults.extend(faults)
    parts.add("responses", name, variations, place)


def _form(parts: _Parts, name: str, entry: Node, place: Place) -> None:
    what = message("form '{name}'", name=name)
    given = entry.mapping(what)
    parts.check_keys(entry, ("required_slots", "ignored_intents"), what)
    required = names(given["required_slots"], "required_slots", what) if "required_slots" in given else ()
    ignored = names(given["ignored_intents"], "ignored_intents", what) if "ignored_intents" in given else ()
    parts.add("forms", name, Form(name, place, required, ignored), place)


def _old_form(parts: _Parts, name: str, entry: Node, place: Place) -> None:
    """Rasa 2.0 wrote the mappings of the slots into the form, with or without `required_slots` above them."""
    what = message("form '{name}'", name=name)
    given = entry.mapping(what)
    asked = given.get("required_slots", entry)
    if not isinstance(asked.value, dict):
        _form(parts, name, entry, place)
        return
    ignored = names(given["ignored_intents"], "ignored_intents", what) if "ignored_intents" in given else ()
    slots = {slot: node for slot, node in asked.value.items() if slot != "ignored_intents"}
    parts.add("forms", name, Form(name, place, tuple(asked.key(slot) for slot in slots), ignored), place)
    for slot, node in slots.items():
        parts.form_mappings.extend((slot, mapping) for mapping in form_mappings(name, slot, node))


def _settle_slots(parts: _Parts, old: bool) -> None:
    """What can only be said once all files are read: mappings out of forms, auto-fill, and the requested slot."""
    for name, mapping in parts.form_mappings:
        if name in parts.slots:
            parts.slots[name] = replace(parts.slots[name], mappings=(*parts.slots[name].mappings, mapping))
    if old:
        parts.slots = {name: with_auto_fill(slot, parts.entities) for name, slot in parts.slots.items()}
    if parts.forms and REQUESTED_SLOT not in parts.slots:
        parts.slots[REQUESTED_SLOT] = requested_slot(next(iter(parts.forms.values())).place)


def _session(parts: _Parts, node: Node) -> None:
    known = tuple(entry.name for entry in dataclasses.fields(SessionConfig))
    parts.check_keys(node, known, "session_config")
    given = {key: child for key, child in node.mapping("session_config").items() if key in known}
    config = fill(SessionConfig, Node(given, node.place, node.keys), "session_config")
    if parts.session not in (None, config):
        raise YamlError(node.place, message("session_config stands twice and says different things"))
    parts.session = config


def names(node: Node, key: str, owner: str) -> tuple[str, ...]:
    """A list of names, which is the value of this key; a single one may stand without the list."""
    what = message("{key} of {what}", key=key, what=owner)
    if isinstance(node.value, str):
        return (Name(node.value, node.place),)
    return tuple(item.name(message("an item of {what}", what=what)) for item in node.items(what))


def _same(one: Any, other: Any) -> bool:
    """Whether two definitions say the same, wherever they stand."""
    if isinstance(one, Place):
        return True
    if hasattr(one, "place"):
        return bool(replace(one, place=other.place) == other)
    return bool(one == other)


def _version(root: Mapping[str, Node]) -> float:
    """The format that a file says it is in; 3.1 where it says nothing."""
    try:
        return float(str(root["version"].value))
    except (KeyError, ValueError):
        return 3.1
