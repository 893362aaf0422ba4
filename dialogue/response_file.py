"""Reads the variations of one response of a domain."""

from __future__ import annotations

from typing import Any

from dialogue.domain import ResponseVariation
from dialogue.events import Button
from dialogue.faults import Fault
from dialogue.yaml_file import Node, YamlError, refuse_unknown

_KEYS = ("text", "channel", "condition", "buttons", "image", "custom")
_LEFT_ALONE = ("metadata", "attachment", "id", "elements", "quick_replies", "button_type")
"""Keys of Rasa that say nothing to a voice bot; they are read and not used."""


def read_variations(name: str, node: Node) -> tuple[tuple[ResponseVariation, ...], tuple[Fault, ...]]:
    """The entry of one response: its good variations, and the faults of the others."""
    what = f"response '{name}'"
    good: list[ResponseVariation] = []
    faults: list[Fault] = []
    items = node.items(what)
    if not items:
        raise YamlError(node.place, f"{what} has no variation; write '- text: ...' below it")
    for item in items:
        try:
            good.append(_variation(item, what))
        except YamlError as error:
            faults.append(Fault.of(error))
    return tuple(good), tuple(faults)


def _variation(node: Node, what: str) -> ResponseVariation:
    owner = f"a variation of {what}"
    if isinstance(node.value, str):
        raise YamlError(node.place, f"{owner} is bare text; write '- text: {node.value}'")
    refuse_unknown(node, (*_KEYS, *_LEFT_ALONE), owner)
    given = node.mapping(owner)
    if not any(key in given for key in ("text", "image", "custom", "buttons")):
        raise YamlError(node.place, f"{owner} says nothing: it has neither text, buttons, image nor custom")
    custom: dict[str, Any] | None = None
    if "custom" in given:
        custom = {key: child.plain() for key, child in given["custom"].mapping(f"custom of {owner}").items()}
    return ResponseVariation(
        text=given["text"].text(f"text of {owner}").strip() if "text" in given else "",
        channel=given["channel"].text(f"channel of {owner}") if "channel" in given else None,
        conditions=_conditions(given["condition"], owner) if "condition" in given else {},
        buttons=tuple(_button(item, owner) for item in given["buttons"].items("buttons")) if "buttons" in given else (),
        image=given["image"].text(f"image of {owner}") if "image" in given else None,
        custom=custom,
        place=node.place,
    )


def _conditions(node: Node, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in node.items(f"condition of {what}"):
        owner = f"a condition of {what}"
        refuse_unknown(item, ("type", "name", "value"), owner)
        given = item.mapping(owner)
        if "type" in given and given["type"].value != "slot":
            raise YamlError(given["type"].place, f"{owner} must have the type 'slot', got {given['type'].plain()!r}")
        if "name" not in given or "value" not in given:
            raise YamlError(item.place, f"{owner} needs 'name' (a slot) and 'value'")
        found[given["name"].text("name")] = given["value"].plain()
    return found


def _button(node: Node, what: str) -> Button:
    owner = f"a button of {what}"
    refuse_unknown(node, ("title", "payload", "type"), owner)
    given = node.mapping(owner)
    if "title" not in given:
        raise YamlError(node.place, f"{owner} lacks the key 'title'")
    title = given["title"].text("title")
    return Button(title, given["payload"].text("payload") if "payload" in given else title)
