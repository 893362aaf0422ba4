"""xiangyin export: a trained model in the form that another program runs."""

from __future__ import annotations

import argparse
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
    parser.add_argument("--bits", type=int, choices=(8, 4), help="weights in so few bits (onnx); in full without it")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to (default: MODEL-FORM beside the model)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export, then say where it lies and how large it is."""
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

    bits = f"-int{arguments.bits}" if arguments.bits else ""
    out = arguments.out or arguments.model.with_name(f"{arguments.model.name}-{arguments.to}{bits}")
    folder = export(arguments.model, out, arguments.to, arguments.bits)
    megabytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) / 1e6
    if arguments.json:
        print_json({"model": str(folder), "megabytes": round(megabytes, 1)})
    else:
        print(f"the exported model lies in {folder} ({megabytes:.1f} MB)")
    return 0
