"""Which clips a training hears, and which it only listens to."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from asr.training.corpora import TrainingError, read_corpora
from asr.training.settings import AsrTraining
from tests.asr.beeps import beep_corpus


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> AsrTraining:
    small, large = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("large")
    manifests = beep_corpus(small, clips=20, dialects=("yue", "wuu")), beep_corpus(large, clips=40, dialects=("cmn",))
    return AsrTraining(manifests=manifests, output_dir=small / "run", validation_clips=4)


def test_every_manifest_gives_equally_many_clips_to_listen_to(config: AsrTraining) -> None:
    corpora = read_corpora(config)
    assert Counter(clip.audio.parent for clip in corpora.validation) == Counter(
        {config.manifests[0].parent: 2, config.manifests[1].parent: 2}
    )
    assert len(corpora.training) == len(corpora.owners) == 56
    assert not {clip.audio for clip in corpora.training} & {clip.audio for clip in corpora.validation}
    assert all(
        clip.audio.parent == config.manifests[owner].parent for clip, owner in zip(corpora.training, corpora.owners, strict=True)
    )


def test_only_the_dialects_named_are_taken(config: AsrTraining) -> None:
    corpora = read_corpora(replace(config, dialects=("wuu",)))
    assert {clip.dialect for clip in (*corpora.training, *corpora.validation)} == {"wuu"}
    with pytest.raises(TrainingError, match="no clip of nan with text"):
        read_corpora(replace(config, dialects=("nan",)))


def test_a_large_corpus_can_be_bounded_and_the_draw_repeats(config: AsrTraining) -> None:
    few = replace(config, most_clips=10, validation_clips=2)
    assert Counter(read_corpora(few).owners) == {0: 9, 1: 9}
    assert read_corpora(few) == read_corpora(few)


def test_tones_are_dropped_for_training_and_kept_for_the_pronunciations(config: AsrTraining) -> None:
    corpora = read_corpora(config)
    assert {phone for clip in corpora.training for phone in clip.phones} == {"300hz", "700hz", "1500hz"}
    assert {phone for clip in corpora.spoken for phone in clip.phones} == {"300hz1", "700hz1", "1500hz1"}


def test_recordings_with_a_text_only_get_their_phones_by_dialect(config: AsrTraining, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    rows = [{"audio": "a.wav", "text": "一二", "dialect": "yue"}, {"audio": "b.wav", "text": "", "dialect": "yue"}]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def pronounce(text: str, dialect: str) -> tuple[str, ...]:
        return tuple(f"{dialect}:{character}1" for character in text)

    spoken, silent = read_corpora(replace(config, manifests=(manifest,)), pronounce).training
    assert spoken.phones == ("yue:一", "yue:二")
    assert silent.phones == ()
    told = read_corpora(config, pronounce)
    assert {phone for clip in told.spoken for phone in clip.phones} == {"300hz1", "700hz1", "1500hz1"}  # their own stay
