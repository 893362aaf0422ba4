"""A model folder as a Parser: model.yml's `runtime` says which program reads the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from nlu.model_folder import ModelError
from nlu.understanding import Parser

CARD_FILE = "model.yml"
LINEAR, TAGGER = "linear", "tagger"


def load_parser(folder: Path) -> Parser:
    """The parser of a trained model's folder, of whatever kind. Raises ModelError, which names the folder and what to do."""
    runtime = _runtime(folder)
    if runtime not in RUNTIMES:
        raise ModelError(f"{folder / CARD_FILE}: runtime '{runtime}' is unknown ({', '.join(RUNTIMES)}); train the model again")
    return RUNTIMES[runtime](folder)


def _runtime(folder: Path) -> str:
    file = folder / CARD_FILE
    try:
        card = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder}: no {CARD_FILE} in it, so no trained model; train one with `xiangyin train`") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise ModelError(f"{file}: cannot be read ({fault}); train the model again with `xiangyin train`") from None
    if not isinstance(card, dict):
        raise ModelError(f"{file}: not a model's card; train the model again with `xiangyin train`")
    return str(card.get("runtime", LINEAR))


def _linear(folder: Path) -> Parser:
    from nlu.parser import load

    return load(folder)


def _tagger(folder: Path) -> Parser:
    from nlu.tagger import tagger

    return tagger.TaggerParser(tagger.load(folder))


RUNTIMES: Mapping[str, Callable[[Path], Parser]] = {LINEAR: _linear, TAGGER: _tagger}
"""One loader a runtime; each imports what it needs."""
