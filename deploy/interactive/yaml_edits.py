"""Small insertions into YAML files that people write: everything else, comments and layout included, stays as it is.

A file is never written out anew from its values. Lines are put in where the parser says that a block ends, and the outcome is
read again to see that exactly the wanted thing was added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from dialogue.nlu_file import AnnotationError, parse_compound


class EditError(ValueError):
    """A file into which nothing can be put; the message says why."""


def with_example(text: str, intent: str, example: str) -> str | None:
    """The file with one more example under the intent; None where it has no block for it ('examples: |')."""
    block = _blocks(text).get(intent)
    if block is None:
        return None
    lines = text.splitlines(keepends=True)
    last = _last_of_block(lines, block)
    head = lines[last]
    indent = head[: len(head) - len(head.lstrip())] if head.strip() and last > block[0] else " " * (block[1] + 2)
    new = _inserted(lines, last, [f"{indent}- {_one_line(example)}"])
    if _plain(new, intent) != [*_plain(text, intent), _one_line(example)]:
        raise EditError(f"the examples of '{intent}' cannot be added to here; add '{example}' by hand")
    return new


def without_example(text: str, intent: str, sentence: str) -> str:
    """The file without the examples of an intent that say just this sentence."""
    block = _blocks(text).get(intent)
    if block is None:
        return text
    lines = text.splitlines(keepends=True)
    last = _last_of_block(lines, block)
    needs = intent.count("+") + 1
    gone = {number for number in range(block[0] + 1, last + 1) if _says(lines[number], needs) == sentence}
    kept = [line for number, line in enumerate(lines) if number not in gone]
    return "".join(kept) if len(_plain("".join(kept), intent)) else text  # an intent keeps its last example


def with_item(text: str, key: str, item: Sequence[str]) -> str:
    """The file with one more item at the end of the list under a key of its top level; `item` is written without indentation."""
    root = _composed(text)
    lines = text.splitlines(keepends=True)
    found = None if root is None else next((pair for pair in root.value if pair[0].value == key), None)
    if found is None:
        new = _inserted(lines, len(lines) - 1, [f"{key}:", *item])
    elif isinstance(found[1], yaml.SequenceNode) and found[1].value and not found[1].flow_style:
        last = _last_of_list(lines, found[1])
        gap = [""] if len(found[1].value) > 1 and not lines[found[1].value[-1].start_mark.line - 1].strip() else []
        new = _inserted(lines, last, [*gap, *(" " * found[1].start_mark.column + line for line in item)])
    elif not found[1].value:  # 'stories: []' or nothing at all
        number = found[0].start_mark.line
        lines[number] = lines[number].replace("[]", "", 1).rstrip().removesuffix("null").rstrip() + _ending(lines)
        new = _inserted(lines, number, item)
    else:
        raise EditError(f"the list under '{key}' is written in one line; write one item a line there")
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(new)
    if after.get(key, [None])[:-1] != (before.get(key) or []) or {**after, key: 0} != {**before, key: 0}:
        raise EditError(f"nothing can be added under '{key}' here; its indentation is not regular")
    return new


def intents_with_examples(text: str) -> tuple[str, ...]:
    """Intents that have a block of examples in this file."""
    return tuple(_blocks(text))


def says(text: str, intent: str, sentence: str) -> bool:
    """Whether the sentence is among the examples of the intent in this file, marks aside."""
    needs = intent.count("+") + 1
    return any(_says(f"- {example}", needs) == sentence for example in _plain(text, intent))


def _blocks(text: str) -> dict[str, tuple[int, int]]:
    """Of each intent the line of its 'examples: |' (from 0), and the column of that key."""
    root = _composed(text)
    found: dict[str, tuple[int, int]] = {}
    for key, items in () if root is None else root.value:
        if key.value != "nlu" or not isinstance(items, yaml.SequenceNode):
            continue
        for item in items.value:
            pairs = {pair[0].value: pair for pair in item.value} if isinstance(item, yaml.MappingNode) else {}
            if "intent" in pairs and "examples" in pairs and pairs["examples"][1].style == "|":
                name = pairs["examples"][0]
                found.setdefault(pairs["intent"][1].value, (name.start_mark.line, name.start_mark.column))
    return found


def _composed(text: str) -> yaml.MappingNode | None:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        raise EditError(f"the file cannot be read: {type(fault).__name__}; see xiangyin validate") from None
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise EditError("the file is no mapping (key: value)")
    return root


def _last_of_block(lines: Sequence[str], block: tuple[int, int]) -> int:
    """The last line of a literal block that is not blank; that of its key where it is empty."""
    last, column = block
    for number in range(block[0] + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= column:
            break
        last = number if line.strip() else last
    return last


def _last_of_list(lines: Sequence[str], node: yaml.SequenceNode) -> int:
    """The last line of a list: blank lines and comments behind it belong to what follows."""
    last = min(node.end_mark.line, len(lines) - 1)
    while last > node.start_mark.line:
        line = lines[last]
        indent = len(line) - len(line.lstrip())
        inside = indent > node.start_mark.column or line.lstrip().startswith("- ")
        if line.strip() and inside and indent >= node.start_mark.column and not line.lstrip().startswith("#"):
            break
        last -= 1
    return last


def _plain(text: str, intent: str) -> list[str]:
    """The examples of an intent's first block, as they are written."""
    root: Any = yaml.safe_load(text) or {}
    for item in root.get("nlu") or ():
        if isinstance(item, dict) and item.get("intent") == intent and isinstance(item.get("examples"), str):
            lines = (line.strip() for line in item["examples"].splitlines())
            return [line.removeprefix("- ").strip() for line in lines if line.startswith("-")]
    return []


def _says(line: str, needs: int) -> str:
    """The sentence of a line of examples, without its marks; '' for another line."""
    bare = line.strip()
    if not bare.startswith("- "):
        return ""
    try:
        return parse_compound(bare[2:].strip(), needs)[0]
    except AnnotationError:
        return ""


def _inserted(lines: Sequence[str], after: int, new: Iterable[str]) -> str:
    ending = _ending(lines)
    before = "".join(lines[: after + 1])
    if before and not before.endswith(("\n", "\r")):
        before += ending
    return before + "".join(line + ending for line in new) + "".join(lines[after + 1 :])


def _ending(lines: Sequence[str]) -> str:
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
