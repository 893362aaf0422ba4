"""A corpus, small but real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asr.audio import read_audio
from asr.manifest import read_manifest
from dialogue.yaml_file import fill, read
from synth_data import corpus
from synth_data.clips import close_makers
from synth_data.corpus import SynthConfig, SynthError, synthesize
from synth_data.phonology import DIALECTS
from synth_data.texts.settings import TextSettings

EXAMPLES = Path(__file__).parents[2] / "examples/synth"
BOT = Path(__file__).parents[2] / "examples/cloud_sales"


def config(folder: Path) -> SynthConfig:
    return SynthConfig(output_dir=folder, utterances=24, seed=11, silence=0.2, jobs=1)


@pytest.fixture(autouse=True)
def _no_voice_is_left_running() -> Iterator[None]:
    yield
    close_makers()


def audio_of(manifest: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(manifest.parent.glob("audio/**/*")) if file.is_file()}


def test_the_manifest_tells_what_is_in_each_clip(tmp_path: Path) -> None:
    report = synthesize(config(tmp_path / "corpus"))
    assert report.clips == 24
    lines = [json.loads(line) for line in report.manifest.read_text("utf-8").splitlines()]
    assert {line["dialect"] for line in lines} == {"cmn", "yue", "cmn-sichuan", "cmn-wu"}
    for line in lines:
        samples = read_audio(report.manifest.parent / line["audio"])
        assert len(samples) / 16_000 == pytest.approx(line["duration_s"], abs=1e-3)
        assert bool(line["text"]) == bool(line["phones"]) == (line["voice"] == "espeak")
        assert not set("，。{}[]|") & set(line["text"])
    assert any(not line["text"] for line in lines)
    assert [clip.audio for clip in read_manifest(report.manifest)] == [report.manifest.parent / line["audio"] for line in lines]


def test_the_same_seed_makes_the_same_corpus_and_another_seed_another(tmp_path: Path) -> None:
    made = [
        synthesize(replace(config(tmp_path / name), seed=seed, utterances=6)).manifest
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert made[0].read_bytes() == made[1].read_bytes()
    assert audio_of(made[0]) == audio_of(made[1])
    assert made[0].read_bytes() != made[2].read_bytes()


def test_the_number_of_processes_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "SHARD", 4)
    wanted = replace(config(tmp_path / "one"), utterances=10)
    one = synthesize(wanted).manifest
    for shard in ("00002", "00001", "00000"):
        (one.parent / f"parts/{shard}.jsonl").rename(one.parent / f"parts/{shard}.kept")
        corpus.ENGINES["local"](wanted, [int(shard)], frozenset())
        (one.parent / f"parts/{shard}.kept").rename(one.parent / f"parts/{shard}.jsonl")
        close_makers()
    other = replace(config(tmp_path / "other"), utterances=10)
    whole = synthesize(other).manifest
    assert audio_of(one) == audio_of(whole)


def test_clips_in_files_are_those_of_the_tar(tmp_path: Path) -> None:
    wanted = replace(config(tmp_path / "tar"), utterances=4)
    tar = read_manifest(synthesize(wanted).manifest)
    files = read_manifest(synthesize(replace(wanted, output_dir=tmp_path / "files", storage="files")).manifest)
    assert all(clip.audio.is_file() for clip in files)
    for one, other in zip(tar, files, strict=True):
        assert (read_audio(one.audio) == read_audio(other.audio)).all()


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "SHARD", 4)
    wanted = replace(config(tmp_path / "corpus"), utterances=10)
    whole = synthesize(wanted).manifest.read_text("utf-8")
    folder = wanted.output_dir
    (folder / "manifest.jsonl").unlink()
    (folder / "parts/00001.jsonl").unlink()
    kept = (folder / "parts/00000.jsonl").stat().st_mtime_ns
    steps: list[int] = []
    assert synthesize(wanted, steps.append).manifest.read_text("utf-8") == whole
    assert steps == [6, 10]
    assert (folder / "parts/00000.jsonl").stat().st_mtime_ns == kept


def test_shares_are_met_and_conditions_are_exact(tmp_path: Path) -> None:
    wanted = SynthConfig(
        output_dir=tmp_path,
        utterances=24,
        dialects={"cmn": 1.0, "yue": 1.0},
        split="eval",
        conditions={"clean": 1.0, "telephone_10dB": 1.0},
        kinds=corpus.Kinds(single=0, compound=0, small=1, words=0, digits=0),
        silence=0,
        jobs=1,
    )
    lines = [json.loads(line) for line in synthesize(wanted).manifest.read_text("utf-8").splitlines()]
    for dialect in ("cmn", "yue"):
        assert 11 <= sum(line["dialect"] == dialect for line in lines) <= 13
    for line in lines:
        noises = [done for done in line["augment"] if done.endswith(":10dB") and not done.startswith("peak")]
        on_the_line = any(done.startswith("telephone") for done in line["augment"])
        assert (len(noises), on_the_line) == ((1, True) if line["condition"] == "telephone_10dB" else (0, False))


def test_every_dialect_says_sentences_of_a_bot(tmp_path: Path) -> None:
    wanted = SynthConfig(
        output_dir=tmp_path,
        utterances=10,
        dialects=dict.fromkeys(DIALECTS, 1.0),
        texts=TextSettings((BOT,), 0.5, True),
        kinds=corpus.Kinds(single=0, compound=0, small=1, words=0, digits=0),
        silence=0,
        jobs=1,
    )
    assert {clip.dialect for clip in read_manifest(synthesize(wanted).manifest)} == set(DIALECTS)


def test_recordings_that_are_not_there_are_done_without_and_told(tmp_path: Path) -> None:
    voices = {"espeak": 0.5, "bank_cmn": 0.4, "recorded": 0.1}
    wanted = replace(config(tmp_path / "c"), utterances=3, silence=0.0, voices=voices, recordings=tmp_path / "nowhere")
    report = synthesize(wanted)
    assert {clip.voice for clip in read_manifest(report.manifest)} == {"espeak"}
    assert [folder.name for folder in report.missing] == ["bank_cmn", "words34"]


def test_a_folder_of_another_configuration_is_refused(tmp_path: Path) -> None:
    synthesize(replace(config(tmp_path), utterances=2))
    with pytest.raises(SynthError, match="another configuration"):
        synthesize(replace(config(tmp_path), utterances=2, seed=12))


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("dialects", {"nan": 1.0}, "dialects: nan; known are cmn"),
        ("voices", {"espaek": 1.0}, "voices: espaek; known are espeak"),
        ("voices", {"espeak": 0.0}, "voices: none given"),
        ("conditions", {"radio": 1.0}, "no condition 'radio'"),
        ("accent", (2.0, 1.0), "accent"),
        ("utterances", 0, "utterances: 0"),
    ],
)
def test_faults_of_a_configuration_are_told(tmp_path: Path, key: str, value: object, told: str) -> None:
    wanted: dict[str, object] = {"output_dir": tmp_path, "utterances": 1, key: value}
    with pytest.raises(ValueError, match=told):
        SynthConfig(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("cloud_*.yaml")), ids=lambda path: path.stem)
def test_the_example_configurations_fit_and_exclude_the_test_stories(path: Path) -> None:
    example = fill(SynthConfig, read(path))
    assert example.split == ("train" if path.stem in ("cloud_train", "cloud_more") else "eval")
    assert all(file.is_file() for file in example.exclude)
