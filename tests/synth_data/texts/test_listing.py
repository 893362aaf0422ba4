"""Sentences without their speech."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.cli import main
from synth_data.corpus import SynthConfig
from synth_data.texts.grammar import Kinds
from synth_data.texts.listing import write_texts


def test_the_texts_of_a_corpus_are_written_and_the_different_ones_counted(tmp_path: Path) -> None:
    wanted = SynthConfig(output_dir=tmp_path, utterances=300, dialects={"cmn": 1.0, "yue": 1.0})
    report = write_texts(wanted)
    rows = [json.loads(line) for line in report.file.read_text("utf-8").splitlines()]
    assert report.texts == len(rows) == 300
    assert {row["dialect"] for row in rows} == {"cmn", "yue"} == set(report.by_dialect)
    real = {row["text"] for row in rows if row["template"] not in ("words", "digits", "always_train")}
    assert 0.8 * len(real) < report.sentences <= len(real)


def test_the_command_writes_no_speech_with_texts_only(tmp_path: Path) -> None:
    config = tmp_path / "synth.yaml"
    config.write_text("output_dir: out\nutterances: 20\ndialects: {cmn: 1}\n", "utf-8")
    assert main(["synth", str(config), "--texts-only", "--json"]) == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["texts.jsonl"]


def test_words_alone_are_no_sentences(tmp_path: Path) -> None:
    kinds = Kinds(single=0, compound=0, small=0, words=1, digits=1)
    assert write_texts(SynthConfig(output_dir=tmp_path, utterances=20, kinds=kinds)).sentences == 0
