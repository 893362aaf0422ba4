"""xiangyin synth: a corpus of dialect speech from a config, or its sentences alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, print_json, progress, show_log

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin synth examples/synth/dialect_eval.yaml utterances=100"
    parser = add_command(subparsers, "synth", "make a corpus of dialect speech", example)
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml", help="what to make")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="keys of the config to set otherwise")
    parser.add_argument("--engine", choices=["local", "ray"], default="local", help="this machine's cores, or a Ray cluster")
    parser.add_argument("--texts-only", action="store_true", help="write the sentences as JSONL, speak none")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the corpus; one that was broken off is gone on with."""
    from deploy.training import read_config
    from dialogue.yaml_file import fill
    from synth_data.corpus import SynthConfig

    config = fill(SynthConfig, read_config(arguments.config, arguments.overrides), "the synthesis config")
    show_log()
    _paraphrase(config)
    return _texts(config, arguments.json) if arguments.texts_only else _speech(config, arguments)


def _speech(config: SynthConfig, arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from synth_data.cast import missing_recordings
    from synth_data.corpus import synthesize

    for folder in missing_recordings(config):
        progress(f"{folder} is not there: the other voices speak its share")
    with tqdm(total=config.utterances, unit="clip", smoothing=0.05, disable=None) as bar:

        def show(done: int) -> None:
            if bar.n == 0:
                bar.initial = done  # what an earlier run made does not count as this one's speed
            bar.update(done - bar.n)

        made = synthesize(config, show, arguments.engine)
    if arguments.json:
        print_json({"manifest": str(made.manifest), "clips": made.clips, "hours": made.hours})
    else:
        print(f"{made.clips} clips, {made.hours:.1f} hours: {made.manifest}")
    return 0


def _texts(config: SynthConfig, as_json: bool) -> int:
    from tqdm import tqdm

    from synth_data.texts.listing import write_texts

    with tqdm(total=config.utterances, unit="sentence", disable=None) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        report = write_texts(config, show)
    if as_json:
        print_json({"file": str(report.file), "texts": report.texts, "sentences": report.sentences})
    else:
        print(f"{report.texts} texts, among them {report.sentences} different sentences: {report.file}")
        print(
            "different sentences by dialect: " + ", ".join(f"{dialect} {count}" for dialect, count in report.by_dialect.items())
        )
    return 0


def _paraphrase(config: SynthConfig) -> None:
    """Ask the language model that the config names for further wordings, once for a corpus."""
    if config.texts.llm is None:
        return
    from dialogue.llm import ChatClient
    from synth_data.corpus import paraphrase_templates

    client = ChatClient(config.texts.llm.endpoint)
    try:
        paraphrase_templates(config, client, progress)
    finally:
        client.close()
