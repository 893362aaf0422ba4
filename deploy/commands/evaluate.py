"""xiangyin evaluate: the figures of a model on a labelled file, against another model, or of a training config by folds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json

_MORE = """
  xiangyin evaluate intent --data dev.jsonl --model build/models/smp2017 --compare build/models/old --out report
  xiangyin evaluate asr --data corpus/manifest.jsonl --model build/models/new --compare asr/bundled --gate gate.yml
  xiangyin evaluate asr --data words/manifest.jsonl --hotwords words.txt --closed
  xiangyin evaluate style --data unseen.jsonl --model build/models/style_warm --compare build/models/style_base --house warm.yml
  xiangyin evaluate intent --data dev.jsonl --model build/models/intent --url http://127.0.0.1:8000/v1
  xiangyin evaluate entities --config examples/nlu/ec_queries.yaml --folds 5"""


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin evaluate intent --data dev.jsonl --model build/models/smp2017" + _MORE
    parser = add_command(subparsers, "evaluate", "measure a model on a labelled file", example)
    parser.add_argument("task", choices=("asr", "intent", "entities", "style"))
    parser.add_argument("--data", type=Path, metavar="FILE", help="labelled sentences, or a manifest of clips")
    parser.add_argument("--model", type=Path, metavar="DIR", help="the model's folder (default: the bundled one)")
    parser.add_argument(
        "--compare", type=Path, metavar="DIR", help="a second model (the one before) on the same rows, by a paired bootstrap"
    )
    parser.add_argument("--config", type=Path, metavar="CONFIG.yaml|BOT", help="with --folds: what is trained anew for each fold")
    parser.add_argument("--folds", type=int, metavar="N", help="cross-validate --config on its own training data (or --data)")
    parser.add_argument(
        "--without", type=Path, metavar="FILE", help="leave out rows whose text stands in FILE, as in training data"
    )
    parser.add_argument("--typed", action="store_true", help="read what was typed, where rows also say what was heard (asr)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write report.html, JSON and pictures")
    parser.add_argument("--gate", type=Path, metavar="FILE", help="bounds on CER and on what Mandarin may lose; exit 1 over them")
    parser.add_argument("--hotwords", type=Path, metavar="FILE", help="words that the recogniser expects, one a line")
    parser.add_argument("--closed", action="store_true", help="with --hotwords: nothing but these words can be heard")
    parser.add_argument("--house", type=Path, metavar="FILE.yml", help="the rules of a house's voice, for style")
    parser.add_argument("--url", metavar="URL", help="the server that has a generative model loaded, up to and with /v1")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N sentences that went wrong")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from deploy.evaluation import Request, evaluate

    names = (
        "task",
        "data",
        "model",
        "compare",
        "config",
        "folds",
        "without",
        "typed",
        "out",
        "gate",
        "hotwords",
        "closed",
        "house",
        "url",
    )
    report = evaluate(Request(**{name: getattr(arguments, name) for name in names}))
    for line in report.lines(arguments.errors):
        print(line)
    if arguments.json:
        print_json(dict(report.figures))
    return 0 if report.passed else 1
