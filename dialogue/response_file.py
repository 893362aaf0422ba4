"""Reads the variations of one response of a domain."""

from __future__ import annotations

from typing import Any

from dialogue.domain import ResponseVariation
from dialogue.events import Button
from dialogue.faults import Fault
from dialogue.message import message
from dialogue.yaml_file import Node, YamlError, refuse_unknown

_KEYS = ("text", "channel", "condition", "buttons", "image", "custom")
_BUTTON_KEYS = ("title", "payload", "type", "url", "content_type", "webview_height_ratio")
"""Keys of a button that are expected; as in Rasa, channels may want others."""
_LEFT_ALONE = ("metadata", "attachment", "id", "elements", "quick_replies", "button_type")
"""Keys of Rasa that say nothing to a voice bot; they are read and not used."""


def read_variations(name: str, node: Node) -> tuple[tuple[ResponseVariation, ...], tuple[Fault, ...]]:
    """The entry of one response: its good variations, and the faults of the others."""
    what = message("response '{name}'", name=name)
    good: list[ResponseVariation] = []
    faults: list[Fault] = []
    items = node.items(what)
    if not items:
        raise YamlError(node.place, message("{what} has no variation; write '- text: ...' below it", what=what))
    for item in items:
        try:
            good.append(_variation(item, what))
        except YamlError as error:
            faults += Fault.all_of(error)
    return tuple(good), tuple(faults)


def _variation(node: Node, what: str) -> ResponseVariation:
    owner = message("a variation of {what}", what=what)
    if isinstance(node.value, str):
        raise YamlError(node.place, message("{what} is bare text; write '- text: {text}'", what=owner, text=node.value))
    refuse_unknown(node, (*_KEYS, *_LEFT_ALONE), owner)
    given = node.mapping(owner)
    if not any(key in given for key in ("text", "image", "custom", "buttons")):
        raise YamlError(node.place, message("{what} says nothing: it has neither text, buttons, image nor custom", what=owner))

    def words(key: str) -> str | None:
        return given[key].text(message("{key} of {what}", key=key, what=owner)) if key in given else None

    custom: dict[str, Any] | None = None
    if "custom" in given:
        parts = given["custom"].mapping(message("{key} of {what}", key="custom", what=owner))
        custom = {key: child.plain() for key, child in parts.items()}
    return ResponseVariation(
        text=(words("text") or "").strip(),
        channel=words("channel"),
        conditions=_conditions(given["condition"], owner) if "condition" in given else {},
        buttons=tuple(_button(item, owner) for item in given["buttons"].items("buttons")) if "buttons" in given else (),
        image=words("image"),
        custom=custom,
        place=node.place,
    )


def _conditions(node: Node, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    owner = message("a condition of {what}", what=what)
    for item in node.items(owner):
        refuse_unknown(item, ("type", "name", "value"), owner)
        given = item.mapping(owner)
        if "type" in given and given["type"].value != "slot":
            told = message("{what} must have the type 'slot', got {got}", what=owner, got=repr(given["type"].plain()))
            raise YamlError(given["type"].place, told)
        if "name" not in given or "value" not in given:
            raise YamlError(item.place, message("{what} needs 'name' (a slot) and 'value'", what=owner))
        found[given["name"].name("name")] = given["value"].plain()
    return found


def _button(node: Node, what: str) -> Button:
    owner = message("a button of {what}", what=what)
    given = node.mapping(owner)
    if "title" not in given:
        refuse_unknown(node, _BUTTON_KEYS, owner)
        raise YamlError(node.place, message("{what} lacks the key '{key}'", what=owner, key="title"))
    title = given["title"].text("title")
    return Button(title, given["payload"].name("payload") if "payload" in given else title)
