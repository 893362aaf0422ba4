"""A corpus, small but real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from dialogue.yaml_file import fill, read
from synth_data import corpus
from synth_data.corpus import SynthConfig, SynthError, synthesize

EXAMPLES = Path(__file__).parents[2] / "examples/synth"


def config(folder: Path) -> SynthConfig:
    return SynthConfig(output_dir=folder, utterances=24, seed=11, silence=0.2, jobs=1)


def test_the_manifest_tells_what_is_in_each_clip(tmp_path: Path) -> None:
    report = synthesize(config(tmp_path / "corpus"))
    assert report.clips == 24
    lines = [json.loads(line) for line in report.manifest.read_text("utf-8").splitlines()]
    assert {line["dialect"] for line in lines} == {"cmn", "yue", "cmn-sichuan", "cmn-wu"}
    for line in lines:
        samples, rate_hz = soundfile.read(report.manifest.parent / line["audio"])
        assert rate_hz == 16_000
        assert len(samples) / rate_hz == pytest.approx(line["duration_s"], abs=1e-3)
        assert bool(line["text"]) == bool(line["phones"])
        assert not set("，。{}[]|") & set(line["text"])
    assert any(not line["text"] for line in lines)


def test_the_same_seed_makes_the_same_corpus_and_another_seed_another(tmp_path: Path) -> None:
    made = [
        synthesize(replace(config(tmp_path / name), seed=seed, utterances=6)).manifest
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert made[0].read_bytes() == made[1].read_bytes()
    assert made[0].read_bytes() != made[2].read_bytes()
    for clip in sorted(made[0].parent.glob("audio/*/*.flac")):
        other = made[1].parent / clip.relative_to(made[0].parent)
        assert (soundfile.read(clip)[0] == soundfile.read(other)[0]).all()


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "SHARD", 4)
    wanted = replace(config(tmp_path / "corpus"), utterances=10)
    whole = synthesize(wanted).manifest.read_text("utf-8")
    folder = wanted.output_dir
    (folder / "manifest.jsonl").unlink()
    (folder / "parts/00001.jsonl").unlink()
    kept = (folder / "parts/00000.jsonl").stat().st_mtime_ns
    steps: list[str] = []
    assert synthesize(wanted, steps.append).manifest.read_text("utf-8") == whole
    assert steps == ["10 of 10 clips"]
    assert (folder / "parts/00000.jsonl").stat().st_mtime_ns == kept


def test_a_folder_of_another_configuration_is_refused(tmp_path: Path) -> None:
    synthesize(replace(config(tmp_path), utterances=2))
    with pytest.raises(SynthError, match="another configuration"):
        synthesize(replace(config(tmp_path), utterances=2, seed=12))


def test_a_dialect_without_phonology_is_told(tmp_path: Path) -> None:
    with pytest.raises(SynthError, match="nan"):
        SynthConfig(output_dir=tmp_path, utterances=1, dialects={"nan": 1.0})


@pytest.mark.parametrize(("name", "split"), [("cloud_train.yaml", "train"), ("cloud_eval.yaml", "eval")])
def test_the_example_configurations_fit_and_exclude_the_test_stories(name: str, split: str) -> None:
    example = fill(SynthConfig, read(EXAMPLES / name))
    assert example.split == split
    assert all(file.is_file() for file in example.exclude)
