"""Reads rules, stories and test stories from YAML in Rasa 3.1's form, collecting every fault with file:line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dialogue.faults import BotFaults, Fault
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
from dialogue.yaml_file import Node, Place, YamlError, nearest, read, refuse_unknown, yaml_files
from nlu.understanding import Entity

RULE_KEYS = ("rule", "condition", "conversation_start", "wait_for_user_input", "steps", "metadata")
STORY_KEYS = ("story", "steps", "metadata")
STEP_KEYS = {
    "intent": ("intent", "entities", "user"),
    "user": ("intent", "entities", "user"),
    "or": ("or",),
    "action": ("action",),
    "active_loop": ("active_loop",),
    "slot_was_set": ("slot_was_set",),
    "checkpoint": ("checkpoint",),
}
"""What may stand in one step, by the key that makes it that step; `metadata` may stand in all."""
ELLIPSIS = "..."
"""Rasa's mark for 'anything before'; a rule means that anyway."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Script:
    """The rules and stories of a bot, and what was wrong in their files."""

    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_script(paths: Iterable[Path]) -> Script:
    """Read the `rules` and `stories` of all these files; their other keys are left to others. Raises nothing."""
    rules: list[Rule] = []
    stories: list[Story] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            part = script_of(read(path))
        except YamlError as error:
            faults.append(Fault.of(error))
            continue
        rules += part.rules
        stories += part.stories
        faults += part.faults
    return Script(tuple(rules), tuple(stories), tuple(faults))


def script_of(root: Node) -> Script:
    """The rules and stories of one parsed file. Raises YamlError where the file is not a mapping at all."""
    top = root.mapping("the file")
    faults: list[Fault] = []
    rules = _each(top.get("rules"), "'rules'", _rule, faults)
    stories = _each(top.get("stories"), "'stories'", _story, faults)
    return Script(rules, stories, tuple(faults))


def read_test_stories(path: Path) -> tuple[Story, ...]:
    """The stories of a file, or of all YAML files of a folder. Raises BotFaults with every fault, or where there is no story."""
    script = read_script(yaml_files(path) if path.is_dir() else (path,))
    if script.faults:
        raise BotFaults(script.faults)
    if not script.stories:
        raise BotFaults([Fault(Place(path, 1), "holds no stories; a test story begins with '- story: NAME' below 'stories:'")])
    return script.stories


def _each(node: Node | None, what: str, reader: Callable[[Node, list[Fault]], Item], faults: list[Fault]) -> tuple[Item, ...]:
    """What `reader` makes of each item of a list; an item that it refuses becomes a fault."""
    found: list[Item] = []
    try:
        items = () if node is None else node.items(what)
    except YamlError as error:
        faults.append(Fault.of(error))
        return ()
    for item in items:
        try:
            found.append(reader(item, faults))
        except YamlError as error:
            faults.append(Fault.of(error))
    return tuple(found)


def _rule(node: Node, faults: list[Fault]) -> Rule:
    fields = _fields(node, "rule", RULE_KEYS)
    name = fields["rule"].text("the rule's name")
    before = len(faults)
    condition = _steps(fields.get("condition"), f"the condition of rule '{name}'", faults)
    rule = Rule(
        name=name,
        steps=_steps(fields.get("steps"), f"the steps of rule '{name}'", faults),
        place=node.place,
        condition=tuple(step for step in condition if isinstance(step, (SlotStep, LoopStep))),
        conversation_start=_flag(fields.get("conversation_start"), "'conversation_start'", otherwise=False),
        waits=_flag(fields.get("wait_for_user_input"), "'wait_for_user_input'", otherwise=True),
    )
    faults += _misplaced(rule, condition)
    if len(faults) == before and not any(isinstance(step, (ActionStep, UserStep)) for step in rule.steps):
        faults.append(Fault(node.place, f"rule '{name}' has no steps"))
    return rule


def _misplaced(rule: Rule, condition: tuple[Step, ...]) -> Iterator[Fault]:
    """Steps that a rule may not have."""
    for step in condition:
        if not isinstance(step, (SlotStep, LoopStep)):
            yield Fault(step.place or rule.place, f"the condition of rule '{rule.name}' holds only slot_was_set and active_loop")
    for step in rule.steps:
        if isinstance(step, CheckpointStep):
            yield Fault(step.place or rule.place, f"rule '{rule.name}' has a checkpoint; only stories may have one")
        if isinstance(step, SlotChoice):
            yield Fault(
                step.place or rule.place, f"rule '{rule.name}' has an 'or' of slots, as only stories have; write a rule for each"
            )
        if isinstance(step, UserStep) and step.text is not None:
            yield Fault(step.place or rule.place, f"rule '{rule.name}' has a 'user:' text, as only stories have; write 'intent:'")


def _story(node: Node, faults: list[Fault]) -> Story:
    fields = _fields(node, "story", STORY_KEYS)
    name = fields["story"].text("the story's name")
    before = len(faults)
    steps = _steps(fields.get("steps"), f"the steps of story '{name}'", faults)
    if not steps and len(faults) == before:
        faults.append(Fault(node.place, f"story '{name}' has no steps"))
    return Story(name, steps, node.place)


def _fields(node: Node, key: str, known: tuple[str, ...]) -> dict[str, Node]:
    fields = node.mapping(f"a {key}")
    refuse_unknown(node, known, f"a {key}")
    if key not in fields:
        raise YamlError(node.place, f"a {key} lacks the key '{key}' (its name)")
    return fields


def _flag(node: Node | None, what: str, otherwise: bool) -> bool:
    if node is None:
        return otherwise
    if not isinstance(node.value, bool):
        raise YamlError(node.place, f"{what} must be true or false, got {node.plain()!r}")
    return node.value


def _steps(node: Node | None, what: str, faults: list[Fault]) -> tuple[Step, ...]:
    read_steps = _each(node, what, lambda item, _: None if item.value == ELLIPSIS else _step(item), faults)
    return tuple(step for step in read_steps if step is not None)


def _step(node: Node) -> Step:
    fields = node.mapping("a step")
    kind = next((key for key in STEP_KEYS if key in fields), None)
    if kind is None:
        raise YamlError(node.place, _no_step(tuple(fields)))
    second = next((key for key in fields if key in STEP_KEYS and key not in STEP_KEYS[kind]), None)
    if second is not None:
        raise YamlError(node.keys[second], f"'{kind}' and '{second}' stand in one step; write '- {second}:' on a line of its own")
    refuse_unknown(node, (*STEP_KEYS[kind], "metadata"), f"a step with '{kind}'")
    value = fields[kind]
    match kind:
        case "intent" | "user":
            return _user_step(node, fields)
        case "or":
            return _or_step(node, value)
        case "action":
            return ActionStep(value.text("'action'"), node.place)
        case "active_loop":
            return LoopStep(None if value.value is None else value.text("'active_loop'"), node.place)
        case "slot_was_set":
            return SlotStep(_slot_values(value), node.place)
        case _:
            return CheckpointStep(value.text("'checkpoint'"), node.place)


def _no_step(keys: tuple[str, ...]) -> str:
    if "bot" in keys:
        return "a step with 'bot:' is not followed here; write 'action: utter_...'"
    got = f"unknown step '{keys[0]}'{nearest(keys[0], STEP_KEYS)}" if keys else "an empty step"
    return f"{got}; a step is one of {', '.join(STEP_KEYS)}"


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
            raise YamlError(written.place, str(fault)) from None
    return UserStep(alternatives, _entities(fields.get("entities")), text, annotated, node.place)


def _or_step(node: Node, value: Node) -> UserStep | SlotChoice:
    choices = [_step(item) for item in value.items("'or'")]
    slots = tuple(choice for choice in choices if isinstance(choice, SlotStep))
    if len(slots) == len(choices) > 1:
        return SlotChoice(slots, node.place)
    users = [choice for choice in choices if isinstance(choice, UserStep)]
    if len(users) < len(choices) or len(users) < 2:
        raise YamlError(
            node.place,
            "'or' takes two or more steps with 'intent', or with 'slot_was_set'; write one rule or story each for anything else",
        )
    if any(user.entities != users[0].entities for user in users):
        raise YamlError(node.place, "the intents of an 'or' must ask for the same entities; write one story each")
    alternatives = tuple(alternative for user in users for alternative in user.alternatives)
    return UserStep(alternatives, users[0].entities, place=node.place)


def _needs(node: Node) -> tuple[str, ...]:
    name = node.text("'intent'").strip().removeprefix("/")
    if name == NOT_UNDERSTOOD:
        return ()
    parts = tuple(part.strip() for part in name.split("+"))
    if not all(parts):
        raise YamlError(node.place, f"'{name}' lacks an intent beside its '+'")
    return parts


def _entities(node: Node | None) -> tuple[tuple[str, object], ...]:
    """`- city: London`, `- city` (any value), `- {entity: city, value: London}` or a mapping of them."""
    if node is None:
        return ()
    found: list[tuple[str, object]] = []
    for item in (node,) if isinstance(node.value, dict) else node.items("'entities'"):
        if not isinstance(item.value, dict):
            found.append((item.text("an entity"), None))
        elif "entity" in item.value:
            plain = item.plain()
            found.append((str(plain["entity"]), plain.get("value")))
        else:
            found += [(name, value.plain()) for name, value in item.value.items() if name not in ("role", "group")]
    return tuple(found)


def _slot_values(node: Node) -> dict[str, object]:
    """`- name: value`, `- name` (any value), or a mapping; null means empty."""
    values: dict[str, object] = {}
    for item in (node,) if isinstance(node.value, dict) else node.items("'slot_was_set'"):
        if isinstance(item.value, dict):
            values |= {name: value.plain() for name, value in item.value.items()}
        else:
            values[item.text("a slot")] = SET
    return values
