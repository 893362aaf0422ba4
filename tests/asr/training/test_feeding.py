"""Batches of a pass: their context, their repeatability, and workers that prepare them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from asr.features import SHORT
from asr.manifest import read_manifest
from asr.training.batches import Labels
from asr.training.feeding import Feed, Source, batches_of, share_of_process
from asr.training.settings import AsrTraining
from asr.training.store import extract_features
from asr.transcript import Samples
from tests.asr.beeps import beep_corpus

WINDOW = 200


def softer(samples: Samples, rng: np.random.Generator) -> tuple[Samples, list[str]]:
    return samples * float(rng.uniform(0.5, 0.6)), ["softer"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("corpus")
    clips = read_manifest(beep_corpus(folder, clips=12))
    labels = Labels(*([((1,),) * 12, ((0,),) * 12, (True,) * 12, ((1, 2),) * 12, ((2, 3),) * 12, (True, False) * 6]))
    return Source(clips, extract_features(clips, SHORT, folder / "cache"), labels, SHORT, WINDOW, end=5)


def config(**keys: float) -> AsrTraining:
    return replace(AsrTraining(manifests=(Path("none"),), output_dir=Path("none")), **keys)  # type: ignore[arg-type]


def test_a_context_is_silence_around_the_clip_and_a_place_in_the_window(source: Source) -> None:
    feed = Feed(source, config(context_share=1.0), [[index] for index in range(12)], epoch=0)
    lengths = [feed[index].mel.shape[2] for index in range(12)]
    assert len(set(lengths)) > 6
    assert max(lengths) <= WINDOW
    assert len({feed[index].offset for index in range(12)}) > 3
    for index in range(12):
        batch, plain = feed[index], source.store.mel(index)
        assert batch.offset + batch.mel.shape[2] // 2 <= WINDOW // 2
        assert batch.mel.shape[2] >= len(plain)
        assert torch.all(batch.mel[0, :, -1] == plain.min()) or batch.mel.shape[2] - len(plain) < 40


def test_workers_prepare_what_one_process_would(source: Source) -> None:
    feed = Feed(replace(source, augment=softer), config(augment_share=0.5, context_share=0.5), [[0, 1], [2, 3], [4, 5]], epoch=4)
    alone, together = list(batches_of(feed, 0)), list(batches_of(feed, 2))
    assert len(alone) == len(together) == 3
    assert all(torch.equal(a.mel, b.mel) and a.offset == b.offset for a, b in zip(alone, together, strict=True))


def test_augmented_sound_differs_from_pass_to_pass(source: Source) -> None:
    augmented = replace(source, augment=softer)
    first, second = (Feed(augmented, config(augment_share=1.0), [[1]], epoch)[0].mel for epoch in (0, 1))
    assert not torch.equal(first, second)
    assert torch.equal(first, Feed(augmented, config(augment_share=1.0), [[1]], 0)[0].mel)
    plain = Feed(augmented, config(augment_share=0.0), [[1]], 0)[0].mel[0].T
    assert torch.equal(plain[: source.store.length(1)], torch.from_numpy(source.store.mel(1)))


def test_processes_share_the_batches_evenly() -> None:
    batches = [[0], [1], [2], [3], [4]]
    assert share_of_process(batches, 0, 2) == [[0], [2]]
    assert share_of_process(batches, 1, 2) == [[1], [3]]
    assert share_of_process([[0]], 1, 2) == [[0]]
