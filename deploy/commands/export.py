"""xiangyin export: a trained model in the form that another program runs."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json


class ExportError(ValueError):
    """A model that has no such form; the message says which it has."""


FORMS = ("onnx", "transformers", "ctranslate2", "gguf")


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin export build/models/clinc150 --to onnx --bits 8"
    parser = add_command(subparsers, "export", "a trained model in the form that another program runs", example)
    parser.add_argument("model", type=Path, metavar="MODEL", help="the model's folder")
    parser.add_argument("--to", required=True, choices=FORMS, help="transformers: adapter and base merged into one model")
    parser.add_argument("--bits", type=int, choices=(8, 4), help="weights in so few bits (onnx, gguf); in full without it")
    parser.add_argument("--base", metavar="DIR", help="the base of a voice's adapter, where it lies elsewhere by now")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: MODEL-FORM beside the model)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export, then say where it lies and how large it is."""
    from dialogue.style.card import TASK, read_card

    if read_card(arguments.model).get("task") == TASK:
        return _voice(arguments)
    from nlu.loading import LORA, runtime_of

    runtime = runtime_of(arguments.model)
    if runtime != LORA:
        raise ExportError(
            f"{arguments.model}: a model of runtime '{runtime}' is run as it is; those trained with LoRA are exported"
        )
    if arguments.to not in ("onnx", "transformers"):
        raise ExportError(
            f"{arguments.model}: an intent classifier has no {arguments.to} form; use --to onnx or --to transformers"
        )
    from nlu.lora.export import export

    out = arguments.out or _beside(arguments)
    folder = export(arguments.model, out, arguments.to, arguments.bits)
    _tell(arguments, folder, {})
    return 0


def _voice(arguments: argparse.Namespace) -> int:
    """A language model in another form, which must say what the trained one says."""
    if arguments.to == "ctranslate2":
        raise ExportError(f"{arguments.model}: a voice has no ctranslate2 form; use --to gguf, --to onnx or --to transformers")
    out = arguments.out or _beside(arguments)
    from dialogue.style.forms import export

    done = export(arguments.model, out, arguments.to, arguments.bits, arguments.base)
    _tell(arguments, done.folder, {"parity": round(done.parity.share, 4), "prompts": done.parity.prompts})
    return 0


def _beside(arguments: argparse.Namespace) -> Path:
    bits = f"-int{arguments.bits}" if arguments.bits else ""
    model: Path = arguments.model
    return model.with_name(f"{model.name}-{arguments.to}{bits}")


def _tell(arguments: argparse.Namespace, folder: Path, more: Mapping[str, float]) -> None:
    megabytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6
    if arguments.json:
        print_json({"model": str(folder), "megabytes": round(megabytes, 1), **more})
        return
    print(f"the exported model lies in {folder} ({megabytes:.1f} MB)")
    if "parity" in more:
        print(f"  {more['parity']:.1%} of the tokens of {more['prompts']} prompts are those of the trained model")
