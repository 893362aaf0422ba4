"""A model folder as a Parser: model.yml's `runtime` says which program reads the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from nlu.model_folder import ModelError
from nlu.understanding import Parser

CARD_FILE = "model.yml"
LINEAR, STUDENT, LORA, TAGGER, GENERATIVE = "linear", "student", "lora", "tagger", "generative"


def load_parser(folder: Path) -> Parser:
    """The parser of a trained model's folder, of whatever kind. Raises ModelError, which names the folder and what to do.

    A student's file model.int4.onnx may be named instead of its folder, which means model.onnx.
    """
    runtime = runtime_of(folder.parent if folder.suffix == ".onnx" else folder)
    if runtime not in RUNTIMES:
        raise ModelError(f"{folder / CARD_FILE}: runtime '{runtime}' is unknown ({', '.join(RUNTIMES)}); train the model again")
    return RUNTIMES[runtime](folder)


def runtime_of(folder: Path) -> str:
    """The program that reads a model's folder, as its card says. Raises ModelError."""
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


def _student(folder: Path) -> Parser:
    from nlu.student.parser import StudentParser

    return StudentParser.load(folder)


def _tagger(folder: Path) -> Parser:
    from nlu.tagger import tagger

    return tagger.TaggerParser(tagger.load(folder))


def _lora(folder: Path) -> Parser:
    from nlu.lora.parser import load

    return load(folder)


def _generative(folder: Path) -> Parser:
    """In this process; deploy.generative asks a server instead."""
    from nlu.generative.folder import load
    from nlu.generative.parser import GenerativeParser

    knowledge = load(folder)
    from nlu.generative.in_memory import InMemory  # brings torch

    return GenerativeParser(knowledge, InMemory.load(folder))


RUNTIMES: Mapping[str, Callable[[Path], Parser]] = {
    LINEAR: _linear,
    STUDENT: _student,
    LORA: _lora,
    TAGGER: _tagger,
    GENERATIVE: _generative,
}
"""One loader a runtime; each imports what it needs."""
