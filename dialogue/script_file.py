"""Reads rules, stories and test stories from YAML in Rasa 3.1's form, collecting every fault with file:line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from dialogue.faults import BotFaults, Fault
from dialogue.message import message
from dialogue.nlu_file import AnnotationError, parse_annotated
from dialogue.script import (
    NOT_UNDERSTOOD,
    SET,
    ActionStep,
    CheckpointStep,
    LoopStep,
    Rule,
    SlotChoice,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from dialogue.yaml_file import Name, Node, Place, YamlError, nearest, read, refuse_unknown, unknown_keys, yaml_files
from nlu.understanding import Entity

RULE_KEYS = ("rule", "condition", "conversation_start", "wait_for_user_input", "steps", "metadata")
STORY_KEYS = ("story", "steps", "metadata")
STEP_KEYS = {
    "intent": ("intent", "entities", "user"),
    "user": ("intent", "entities", "user"),
    "or": ("or",),
    "action": ("action",),
    "active_loop": ("active_loop",),
    "checkpoint": ("checkpoint", "slot_was_set"),
    "slot_was_set": ("slot_was_set",),
}
"""What may stand in one step, by the key that makes it that step; `metadata` may stand in all."""
ELLIPSIS = "..."
"""Rasa's mark for 'anything before'; a rule means that anyway."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Script:
    """The rules and stories of a bot, and what was wrong in their files.

    `damaged` are the places of rules and stories that are not as they were meant, since a step could not be read; `lost` are
    the words of what could not be read.
    """

    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    faults: tuple[Fault, ...] = ()
    damaged: frozenset[Place] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Wrong:
    """What is found wrong while a script is read."""

    faults: list[Fault] = field(default_factory=list)
    damaged: set[Place] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def take(self, error: YamlError, node: Node) -> None:
        """An error for which `node` is left out."""
        self.faults += Fault.all_of(error)
        self.lost.update(node.texts())


def read_script(paths: Iterable[Path]) -> Script:
    """Read the `rules` and `stories` of all these files; their other keys are left to others. Raises nothing."""
    roots: list[Node] = []
    unread: list[Fault] = []
    for path in paths:
        try:
            roots.append(read(path))
        except YamlError as error:
            unread += Fault.all_of(error)
    script = scripts_of(roots)
    return replace(script, faults=(*unread, *script.faults))


def script_of(root: Node) -> Script:
    """The rules and stories of one parsed file."""
    return scripts_of((root,))


def scripts_of(roots: Iterable[Node]) -> Script:
    """The rules and stories of parsed files."""
    rules: list[Rule] = []
    stories: list[Story] = []
    wrong = _Wrong()
    for root in roots:
        try:
            top = root.mapping(message("the file"))
        except YamlError as error:
            wrong.take(error, root)
            continue
        rules += _each(top.get("rules"), "'rules'", _rule, wrong)
        stories += [story for story in _each(top.get("stories"), "'stories'", _story, wrong) if story is not None]
    return Script(tuple(rules), tuple(stories), tuple(wrong.faults), frozenset(wrong.damaged), frozenset(wrong.lost))


def read_test_stories(path: Path) -> tuple[Story, ...]:
    """The stories of a file, or of all YAML files of a folder. Raises BotFaults with every fault, or where there is no story."""
    script = read_script(yaml_files(path) if path.is_dir() else (path,))
    if script.faults:
        raise BotFaults(script.faults)
    if not script.stories:
        told = message("holds no stories; a test story begins with '- story: NAME' below 'stories:'")
        raise BotFaults([Fault(Place(path, 1), told)])
    return script.stories


def _each(node: Node | None, what: str, reader: Callable[[Node, _Wrong], Item], wrong: _Wrong) -> tuple[Item, ...]:
    """What `reader` makes of each item of a list; an item that it refuses becomes a fault."""
    if node is None:
        return ()
    found: list[Item] = []
    try:
        items = node.items(what)
    except YamlError as error:
        wrong.take(error, node)
        return ()
    for item in items:
        try:
            found.append(reader(item, wrong))
        except YamlError as error:
            wrong.take(error, item)
    return tuple(found)


def _rule(node: Node, wrong: _Wrong) -> Rule:
    before = len(wrong.faults)
    fields = _fields(node, "rule", RULE_KEYS, wrong)
    name = fields["rule"].text(message("the rule's name"))
    condition = _steps(fields.get("condition"), message("the condition of rule '{name}'", name=name), wrong)
    rule = Rule(
        name=name,
        steps=_steps(fields.get("steps"), message("the steps of rule '{name}'", name=name), wrong),
        place=node.place,
        condition=tuple(step for step in condition if isinstance(step, (SlotStep, LoopStep))),
        conversation_start=_flag(fields.get("conversation_start"), "'conversation_start'", False, wrong),
        waits=_flag(fields.get("wait_for_user_input"), "'wait_for_user_input'", True, wrong),
    )
    wrong.faults += _misplaced(rule, condition)
    if len(wrong.faults) == before and not any(isinstance(step, (ActionStep, UserStep)) for step in rule.steps):
        wrong.faults.append(Fault(node.place, message("rule '{name}' has no steps", name=name)))
    if len(wrong.faults) > before:
        wrong.damaged.add(node.place)
    return rule


def _misplaced(rule: Rule, condition: tuple[Step, ...]) -> Iterator[Fault]:
    """Steps that a rule may not have."""
    for step in condition:
        if not isinstance(step, (SlotStep, LoopStep)):
            told = message("the condition of rule '{name}' holds only slot_was_set and active_loop", name=rule.name)
            yield Fault(step.place or rule.place, told)
    for step in rule.steps:
        if isinstance(step, CheckpointStep):
            told = message("rule '{name}' has a checkpoint; only stories may have one", name=rule.name)
            yield Fault(step.place or rule.place, told)
        if isinstance(step, SlotChoice):
            told = message("rule '{name}' has an 'or' of slots, as only stories have; write a rule for each", name=rule.name)
            yield Fault(step.place or rule.place, told)
        if isinstance(step, UserStep) and step.text is not None:
            told = message("rule '{name}' has a 'user:' text, as only stories have; write 'intent:'", name=rule.name)
            yield Fault(step.place or rule.place, told)


def _story(node: Node, wrong: _Wrong) -> Story | None:
    before = len(wrong.faults)
    fields = _fields(node, "story", STORY_KEYS, wrong)
    name = fields["story"].text(message("the story's name"))
    if _tells_words(fields.get("steps")):
        told = message("story '{name}' is passed over: it tells the bot's words ('bot:'), which are not learnt from", name=name)
        wrong.faults.append(Fault(node.place, told, "structure", "hint"))
        wrong.lost.update(node.texts())
        return None
    steps = _steps(fields.get("steps"), message("the steps of story '{name}'", name=name), wrong)
    if not steps and len(wrong.faults) == before:
        wrong.faults.append(Fault(node.place, message("story '{name}' has no steps", name=name)))
    if len(wrong.faults) > before:
        wrong.damaged.add(node.place)
    return Story(name, steps, node.place)


def _tells_words(steps: Node | None) -> bool:
    """Whether a story says what the bot said instead of what it did, as Rasa's end-to-end stories may."""
    items = steps.value if steps is not None and isinstance(steps.value, tuple) else ()
    return any(isinstance(item.value, dict) and "bot" in item.value for item in items)


def _fields(node: Node, key: str, known: tuple[str, ...], wrong: _Wrong) -> dict[str, Node]:
    what = message("a rule") if key == "rule" else message("a story")
    fields = node.mapping(what)
    if key not in fields:
        refuse_unknown(node, known, what)
        raise YamlError(node.place, message("{what} lacks the key '{key}' (its name)", what=what, key=key))
    for error in unknown_keys(node, known, what):
        wrong.faults += Fault.all_of(error)
    wrong.lost.update(word for name, child in fields.items() if name not in known for word in child.texts())
    return fields


def _flag(node: Node | None, what: str, otherwise: bool, wrong: _Wrong) -> bool:
    if node is None:
        return otherwise
    if not isinstance(node.value, bool):
        told = message("{what} must be true or false, got {got}", what=what, got=repr(node.plain()))
        wrong.take(YamlError(node.place, told), node)
        return otherwise
    return node.value


def _steps(node: Node | None, what: str, wrong: _Wrong) -> tuple[Step, ...]:
    read_steps = _each(node, what, lambda item, _: None if item.value == ELLIPSIS else _step(item), wrong)
    return tuple(step for step in read_steps if step is not None)


def _step(node: Node) -> Step:
    fields = node.mapping(message("a step"))
    kind = next((key for key in STEP_KEYS if key in fields), None)
    if kind is None:
        raise YamlError(node.place, _no_step(tuple(fields)))
    second = next((key for key in fields if key in STEP_KEYS and key not in STEP_KEYS[kind]), None)
    if second is not None:
        told = "'{kind}' and '{second}' stand in one step; write '- {second}:' on a line of its own"
        raise YamlError(node.keys[second], message(told, kind=kind, second=second))
    refuse_unknown(node, (*STEP_KEYS[kind], "metadata"), message("a step with '{kind}'", kind=kind))
    value = fields[kind]
    match kind:
        case "intent" | "user":
            return _user_step(node, fields)
        case "or":
            return _or_step(node, value)
        case "action":
            return ActionStep(value.name("'action'"), node.place)
        case "active_loop":
            return LoopStep(None if value.value is None else value.name("'active_loop'"), node.place)
        case "slot_was_set":
            return SlotStep(_slot_values(value), node.place)
        case _:
            slots = _slot_values(fields["slot_was_set"]) if "slot_was_set" in fields else {}
            return CheckpointStep(value.text("'checkpoint'"), node.place, slots)


def _no_step(keys: tuple[str, ...]) -> str:
    if "bot" in keys:
        return message("a step with 'bot:' is not followed here; write 'action: utter_...'")
    known = ", ".join(STEP_KEYS)
    if not keys:
        return message("an empty step; a step is one of {known}", known=known)
    close = nearest(keys[0], STEP_KEYS)
    return message("unknown step '{name}'{close}; a step is one of {known}", name=keys[0], close=close, known=known)


def _user_step(node: Node, fields: dict[str, Node]) -> UserStep:
    intent = fields.get("intent")
    alternatives = () if intent is None else (_needs(intent),)
    text: str | None = None
    annotated: tuple[Entity, ...] = ()
    if "user" in fields:
        written = fields["user"]
        said = "" if written.value is None else written.text("'user'").strip()
        try:
            text, annotated = parse_annotated(said)
        except AnnotationError as fault:
            raise YamlError(written.place, fault.what) from None
    entities, marks = _entities(fields.get("entities"))
    return UserStep(
        alternatives, entities, text, annotated, node.place, marks if any(mark != (None, None) for mark in marks) else ()
    )


def _or_step(node: Node, value: Node) -> UserStep | SlotChoice:
    choices = [_step(item) for item in value.items("'or'")]
    users = [choice for choice in choices if isinstance(choice, UserStep) and choice.text is None]
    slots = [choice for choice in choices if isinstance(choice, SlotStep)]
    if len(users) + len(slots) < len(choices) or not choices:
        told = message(
            "'or' takes two or more steps with 'intent', or with 'slot_was_set'; write one rule or story for each of others"
        )
        raise YamlError(node.place, told)
    if not slots and all((user.entities, user.marks) == (users[0].entities, users[0].marks) for user in users):
        alternatives = tuple(alternative for user in users for alternative in user.alternatives)
        return UserStep(alternatives, users[0].entities, place=node.place, marks=users[0].marks)
    return SlotChoice(tuple(one for choice in choices for one in _one_by_one(choice)), node.place)


def _one_by_one(choice: Step) -> Iterator[SlotStep | UserStep]:
    """In an `or` each slot is a choice of its own, wherever it stands."""
    if isinstance(choice, SlotStep):
        yield from (SlotStep({slot: value}, choice.place) for slot, value in choice.values.items())
    elif isinstance(choice, UserStep):
        yield choice


def _needs(node: Node) -> tuple[str, ...]:
    name = node.text("'intent'").strip().removeprefix("/")
    if name == NOT_UNDERSTOOD:
        return ()
    parts = tuple(Name(part.strip(), node.place) for part in name.split("+"))
    if not all(parts):
        raise YamlError(node.place, message("'{name}' lacks an intent beside its '+'", name=name))
    return parts


Mark = tuple[str | None, str | None]
"""Role and group."""


def _entities(node: Node | None) -> tuple[tuple[tuple[str, object], ...], tuple[Mark, ...]]:
    """`- city: London`, `- city` (any value), `- {entity: city, value: London}` or a mapping; `role` and `group` beside."""
    found: list[tuple[str, object]] = []
    marks: list[Mark] = []
    items = () if node is None else (node,) if isinstance(node.value, dict) else node.items("'entities'")
    for item in items:
        before = len(found)
        if not isinstance(item.value, dict):
            found.append((item.name(message("an entity")), None))
        elif "entity" in item.value:
            found.append((item.value["entity"].name(message("an entity")), item.plain().get("value")))
        else:
            found += [(item.key(name), value.plain()) for name, value in item.value.items() if name not in ("role", "group")]
        marks += [_mark(item)] * (len(found) - before)
    return tuple(found), tuple(marks)


def _mark(item: Node) -> Mark:
    given = item.plain() if isinstance(item.value, dict) else {}
    role, group = given.get("role"), given.get("group")
    return None if role is None else str(role), None if group is None else str(group)


def _slot_values(node: Node) -> dict[str, object]:
    """`- name: value`, `- name` (any value), or a mapping; null means empty."""
    values: dict[str, object] = {}
    for item in (node,) if isinstance(node.value, dict) else node.items("'slot_was_set'"):
        if isinstance(item.value, dict):
            values |= {item.key(name): value.plain() for name, value in item.value.items()}
        else:
            values[item.name(message("a slot"))] = SET
    return values
