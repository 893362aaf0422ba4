"""Keep-Mandarin: the distance to the base, and what it does to a training."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from asr.features import SHORT
from asr.manifest import Clip
from asr.train import TrainingError, train
from asr.training.batches import Batch, collate, label
from asr.training.extend import extend
from asr.training.network import SHAPES, Network, build, load
from asr.training.settings import AsrTraining
from asr.training.teacher import Teacher, frozen, teacher_of
from tests.asr.beeps import beep_corpus

CLIPS = (Clip(Path("a"), "一二", "cmn", "", 1.0, ("a", "b")), Clip(Path("b"), "二云", "yue", "", 1.0, ("b", "c")))


@pytest.fixture
def base() -> Network:
    torch.manual_seed(1)
    return build(SHAPES["tiny-zh"], "一二三", ("a", "b"), 0.0).eval()


@pytest.fixture
def student(base: Network) -> Network:
    return extend(base, "云", ("c",)).eval()


def batch_of(network: Network, clips: Sequence[Clip]) -> Batch:
    labels = label(clips, network.vocabulary, network.phones)
    mels = [torch.randn(60, SHORT.n_mels, generator=torch.Generator().manual_seed(i)).numpy() for i in range(len(clips))]
    return collate(range(len(clips)), mels, labels, network.vocabulary.end)


def distance(teacher: Teacher, student: Network, batch: Batch) -> float:
    with torch.no_grad():
        encoded = student.encode(batch.mel)
        words = student.token_logits(encoded, batch.inputs)
        return float(teacher.distance(batch.mel, batch, student.phone_logits(encoded), words))


def test_a_network_is_at_no_distance_from_itself(base: Network) -> None:
    assert distance(teacher_of(frozen(base), base), base, batch_of(base, CLIPS[:1])) == pytest.approx(0.0, abs=1e-5)


def test_only_mandarin_clips_count_whatever_the_student_learnt_besides(base: Network, student: Network) -> None:
    teacher = teacher_of(frozen(base), student)
    assert distance(teacher, student, batch_of(student, CLIPS[1:])) == 0
    assert 0 < distance(teacher, student, batch_of(student, CLIPS)) < 2  # the new character and phone have taken a part


def test_characters_are_matched_by_name_not_by_number(base: Network, student: Network) -> None:
    teacher = teacher_of(frozen(base), student)
    for character in "一二三":
        ours, theirs = base.vocabulary.encode(character)[0], student.vocabulary.encode(character)[0]
        assert int(teacher.tokens[ours]) == theirs
        assert int(teacher.own[theirs]) == ours
    assert int(teacher.own[student.vocabulary.encode("云")[0]]) == -1


def test_it_holds_a_training_near_its_base(tmp_path: Path) -> None:
    config = AsrTraining(
        manifests=(beep_corpus(tmp_path, clips=20, dialects=("cmn",)),),
        output_dir=tmp_path / "base",
        base_model="tiny-zh",
        max_steps=6,
        batch_seconds=4,
        ctc_share=0.0,
        mel_augment=0.0,
        dropout=0.0,
        bf16=False,
        threads=1,
    )
    base = load(str(train(config).folder / "trainable"), 0.0).eval()
    mandarin = batch_of(base, [Clip(Path("a"), "一二", "cmn", "", 1.0, base.phones[:2])])

    def moved(keep: float) -> float:
        init = str(config.output_dir / "trainable")
        tuned = replace(config, output_dir=tmp_path / f"kept{keep}", init_from=init, keep_mandarin=keep, learning_rate=3e-3)
        after = load(str(train(tuned).folder / "trainable"), 0.0).eval()
        return distance(teacher_of(frozen(base), after), after, mandarin)

    assert moved(20.0) < 0.7 * moved(0.0)
    with pytest.raises(TrainingError, match="'tiny-zh' begins from nothing"):
        train(replace(config, keep_mandarin=1.0))
