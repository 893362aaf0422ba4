"""Rows of data without personal data: labelled sentences, and JSON objects with their spans moved along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nlu.data import Example
from nlu.personal_data.scrub import Scrubbed, counts, scrub_conversation
from nlu.personal_data.vault import Vault
from nlu.understanding import Entity

LABELS = frozenset(
    (
        "intent",
        "intents",
        "label",
        "labels",
        "category",
        "entity",
        "role",
        "group",
        "dialect",
        "kind",
        "type",
        "event",
        "extractor",
        "source",
    )
)
"""Keys whose texts are names of ours and no speech."""


def scrub_examples(examples: Sequence[Example]) -> tuple[tuple[Example, ...], Mapping[str, int]]:
    """Labelled sentences for training, and how many pieces of each kind were removed. Each sentence counts for itself:
    its tokens begin at 1."""
    scrubbed: list[Scrubbed] = []
    kept = []
    for example in examples:
        texts = [example.text, *([] if example.asr is None else [example.asr])]
        parts, _ = scrub_conversation(texts)
        scrubbed += parts
        entities = tuple(_moved(entity, parts[0]) for entity in example.entities)
        asr = parts[1].text if len(parts) > 1 else None
        kept.append(replace(example, text=parts[0].text, asr=asr, entities=entities, cuts=()))
    return tuple(kept), counts(scrubbed)


def scrub_row(row: Any, vault: Vault | None = None) -> tuple[Any, tuple[tuple[str, Scrubbed], ...], Vault]:
    """A JSON value with every text in it scrubbed: the value, (path, text) of each text that changed, and the vault.

    Where an object has a `text` and a list of objects with `start` and `end` beside it, their spans follow the text.
    """
    texts = list(_texts(row, ""))
    scrubbed, vault = scrub_conversation([text for _, text in texts], vault)
    by_path = {path: one for (path, _), one in zip(texts, scrubbed, strict=True)}
    changed = tuple((path, one) for path, one in by_path.items() if one.removals)
    return _rebuilt(row, "", by_path), changed, vault


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, child in value.items():
            if key not in LABELS:
                yield from _texts(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for at, child in enumerate(value):
            yield from _texts(child, f"{path}[{at}]")


def _rebuilt(value: Any, path: str, by_path: Mapping[str, Scrubbed]) -> Any:
    if isinstance(value, str):
        return by_path[path].text if path in by_path else value
    if isinstance(value, Mapping):
        inner = {key: _rebuilt(child, f"{path}.{key}" if path else str(key), by_path) for key, child in value.items()}
        text = by_path.get(f"{path}.text" if path else "text")
        return inner if text is None else {key: _followed(child, text, key) for key, child in inner.items()}
    if isinstance(value, (list, tuple)):
        return [_rebuilt(child, f"{path}[{at}]", by_path) for at, child in enumerate(value)]
    return value


def _followed(value: Any, text: Scrubbed, key: str) -> Any:
    """Spans in a list beside a text (entities, intents and their entities) moved with it."""
    if key == "text" or not isinstance(value, list):
        return value
    return [_span_moved(one, text) if isinstance(one, Mapping) else one for one in value]


def _span_moved(one: Mapping[str, Any], text: Scrubbed) -> dict[str, Any]:
    moved = {key: _followed(child, text, key) for key, child in one.items()}
    start, end = one.get("start"), one.get("end")
    if isinstance(start, int) and isinstance(end, int):
        moved.update(start=text.moved(start), end=text.moved(end, end=True))
        if text.removed_in(start, end):
            covered = text.text[moved["start"] : moved["end"]]
            moved.update({key: covered for key in ("value", "text") if key in one})
    return moved


def _moved(entity: Entity, text: Scrubbed) -> Entity:
    start, end = text.moved(entity.start), text.moved(entity.end, end=True)
    if not text.removed_in(entity.start, entity.end):
        return replace(entity, start=start, end=end)
    covered = text.text[start:end]
    return replace(entity, start=start, end=end, text=covered, value=covered)
