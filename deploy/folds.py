"""Cross-validation of a training config, whatever architecture it names: trained anew for each fold, measured on the rest."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.terminal import progress
from nlu.cross_validation import folds
from nlu.data import Example
from nlu.evaluate import EntityReport, IntentReport, entity_report, intent_report
from nlu.metrics import percentile
from nlu.understanding import Parser

Measured = IntentReport | EntityReport
DATA_KEYS = ("train_data", "train_data_dir", "metadata_path", "dataset", "data")
"""The names by which a config may call its training data."""


class FoldsError(ValueError):
    """A config that cannot be cross-validated."""


def cross_validate(
    config: Path, data: Path | None, count: int, measure: Callable[[Sequence[Example], Parser], Measured]
) -> tuple[Measured, tuple[Measured, ...]]:
    """The figures over all sentences, each read by a model that did not see it, and those of each fold. `config` may be a
    bot's folder; `data` stands in for the config's own. Raises FoldsError and what the training raises."""
    trainer, examples = _bot(config) if config.is_dir() else _config(config, data)
    reports: list[Measured] = []
    cut = folds(examples, count)
    with tempfile.TemporaryDirectory(prefix="xiangyin-folds-") as temporary:
        for at, held_out in enumerate(cut, start=1):
            aside = set(held_out)
            rest = [one for place, one in enumerate(examples) if place not in aside]
            progress(f"fold {at} of {count}: training on {len(rest)} sentences ...")
            parser = trainer(rest, Path(temporary) / f"fold{at}")
            reports.append(measure([examples[place] for place in held_out], parser))
    return _together(reports), tuple(reports)


def _config(config: Path, data: Path | None) -> tuple[Callable[[Sequence[Example], Path], Parser], tuple[Example, ...]]:
    from deploy.training import read_config, train_config
    from nlu.data_files import read_examples
    from nlu.loading import load_parser

    node = read_config(config)
    keys = node.mapping("a training config")
    key = next((name for name in DATA_KEYS if name in keys), None)
    if key is None:
        raise FoldsError(f"{config}: the config names no training data (key train_data)")
    files = [data] if data is not None else [_path(config, one.value) for one in _items(keys[key])]
    examples = tuple(example for file in files for example in read_examples(file))

    def train(rest: Sequence[Example], folder: Path) -> Parser:
        folder.mkdir(parents=True)
        file = folder / "train.jsonl"
        file.write_text("".join(f"{json.dumps(_row(one), ensure_ascii=False)}\n" for one in rest), encoding="utf-8")
        outcome = train_config(
            config, [f"{key}={json.dumps(str(file))}", f"output_dir={json.dumps(str(folder / 'model'))}"], progress
        )
        return load_parser(outcome.folder)

    return train, examples


def _items(node: Any) -> Sequence[Any]:  # Any: a node of YAML, one or a list
    return node.value if isinstance(node.value, tuple) else (node,)


def _path(config: Path, value: object) -> Path:
    """A path of the config's; ${NAME} is expanded by then, and what is relative counts from the config."""
    return config.parent / str(value)


def _bot(folder: Path) -> tuple[Callable[[Sequence[Example], Path], Parser], tuple[Example, ...]]:
    from deploy.bot_check import load_usable
    from nlu.parser import load
    from nlu.train import train as train_understanding

    bot = load_usable(folder)

    def train(rest: Sequence[Example], into: Path) -> Parser:
        train_understanding(replace(bot.training, examples=tuple(rest)), bot.pipeline, into)
        return load(into)

    return train, bot.training.examples


def _row(example: Example) -> dict[str, Any]:
    """An example as a row of JSONL; keys that it does not need are left out."""
    spans = [{"start": one.start, "end": one.end, "entity": one.entity, "value": one.value} for one in example.entities]
    row: dict[str, Any] = {"text": example.text}
    if example.intents or not spans:
        row["intents"] = list(example.intents)
    return {**row, **({"entities": spans} if spans else {}), **({"asr": example.asr} if example.asr else {})}


def _together(reports: Sequence[Measured]) -> Measured:
    """All rows as one report; times are the median fold's."""
    p50_ms, p95_ms = (percentile([getattr(one, name) for one in reports], 0.5) for name in ("p50_ms", "p95_ms"))
    intents = [row for one in reports if isinstance(one, IntentReport) for row in one.rows]
    entities = [row for one in reports if isinstance(one, EntityReport) for row in one.rows]
    whole: Measured = intent_report(intents, ()) if intents else entity_report(entities, ())
    return replace(whole, p50_ms=p50_ms, p95_ms=p95_ms)
