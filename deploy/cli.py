"""The command line: finds the sub-command, runs it, and turns what goes wrong into one line and an exit status.

Exit status: 0 done, 1 a check failed, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType

from deploy.terminal import bear_other_encodings

COMMANDS = {
    "init": "deploy.commands.init",
    "run": "deploy.commands.run",
    "shell": "deploy.commands.shell",
    "interactive": "deploy.commands.interactive",
    "call": "deploy.commands.call",
    "demo": "deploy.commands.demo",
    "validate": "deploy.commands.validate",
    "visualize": "deploy.commands.visualize",
    "versions": "deploy.commands.versions",
    "test": "deploy.commands.test",
    "synth": "deploy.commands.synth",
    "train": "deploy.commands.train",
    "distil": "deploy.commands.distil",
    "evaluate": "deploy.commands.evaluate",
    "calibrate": "deploy.commands.calibrate",
    "export": "deploy.commands.export",
    "models": "deploy.commands.models",
    "simulate": "deploy.commands.simulate",
    "scrub": "deploy.commands.scrub",
    "forget": "deploy.commands.forget",
    "outbox": "deploy.commands.outbox",
    "documents": "deploy.commands.documents",
    "adapters": "deploy.commands.adapters",
    "serve-llm": "deploy.commands.serve_llm",
    "bench": "deploy.commands.bench",
}
OURS = ("asr", "nlu", "dialogue", "policies", "synth_data", "deploy", "benchmarks")
TRAIN_EXTRA = (
    "torch",
    "transformers",
    "accelerate",
    "safetensors",
    "audiomentations",
    "librosa",
    "torchaudio",
    "av",
    "tensorboard",
    "jiwer",
    "ToJyutping",
    "jieba",
    "pycrfsuite",
    "onnx",
    "onnx_ir",
    "peft",
    "bitsandbytes",
    "gguf",
    "matplotlib",
)
"""Modules that the extra train brings; what the other extras bring is told where it is used."""
BAD_INPUT, INTERRUPTED = 2, 130
_NO_SPACE = os.strerror(errno.ENOSPC)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    bear_other_encodings()
    try:
        arguments = _parser(words).parse_args(words)
        return _run(importlib.import_module(COMMANDS[arguments.command]), arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away (| head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(command: ModuleType, arguments: argparse.Namespace) -> int:
    from asr.torchaudio_on_cpu import tolerate_cuda_build

    tolerate_cuda_build()  # before anything imports peft or transformers
    try:
        return int(command.run(arguments))
    except ModuleNotFoundError as fault:
        if (fault.name or "").split(".")[0] not in TRAIN_EXTRA:
            raise
        wanted = "pip install 'xiangyin[train]' (in a checkout: .venv/bin/pip install -e '.[train]')"
        return _refuse(f"this needs {fault.name}, which the base install leaves out: {wanted}")
    except ValueError as fault:
        if type(fault).__module__.split(".")[0] not in OURS:
            raise  # a bug of ours, not the user's input: the traceback is wanted
        return _refuse(str(fault))
    except BrokenPipeError:
        raise
    except Exception as fault:  # libraries in Rust and shutil tell of a full disk by exceptions of their own
        if _NO_SPACE in str(fault):
            return _refuse(
                f"{getattr(fault, 'filename', None) or 'the disk'}: no space is left there; make room, then run this again"
            )
        if not isinstance(fault, OSError) or fault.filename is None:
            raise
        return _refuse(f"{fault.filename}: {fault.strerror}")


def _refuse(what: str) -> int:
    sys.stdout.flush()
    print("; ".join(line.strip() for line in what.splitlines() if line.strip()), file=sys.stderr)
    return BAD_INPUT


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xiangyin",
        description="A voice sales-bot framework for people who speak Chinese the way they do at home.",
        epilog="example: xiangyin run examples/cloud_sales",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in _wanted(words):
        importlib.import_module(COMMANDS[name]).add(subparsers)
    return parser


def _wanted(words: Sequence[str]) -> Iterable[str]:
    """Only the command that is called is looked up; --help and a misspelt one need all."""
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: importlib.metadata is slow to import."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> None:
        from importlib.metadata import version

        print(f"xiangyin {version('xiangyin')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
