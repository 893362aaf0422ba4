"""Every loss falls when the logits are right, and counts what it is meant to."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from nlu.lora.losses import IntentLoss, asymmetric, contrastive, cross_entropy, disagreement, focal  # noqa: E402
from nlu.lora.settings import IntentLora  # noqa: E402

TARGETS = torch.tensor([[1.0, 0, 1, 0], [0, 1.0, 0, 0], [0, 0, 0, 0]])
RIGHT = TARGETS * 8 - 4


@pytest.mark.parametrize("loss", ["bce", "focal", "asymmetric", "cross_entropy"])
def test_right_logits_cost_less_than_wrong_ones(loss: str) -> None:
    config = IntentLora(
        base_model="x",
        output_dir=Path("o"),
        train_data=(Path("a"),),
        multi_label=loss != "cross_entropy",
        loss=loss,
        contrastive=0.1,
    )
    pooled = torch.eye(3)
    assert IntentLoss(config, torch.ones(4))(RIGHT, pooled, TARGETS) < IntentLoss(config)(-RIGHT, pooled, TARGETS)


def test_focal_and_asymmetric_losses_look_away_from_what_is_easy() -> None:
    plain = torch.nn.functional.binary_cross_entropy_with_logits(RIGHT, TARGETS, reduction="none")
    assert bool((focal(RIGHT, TARGETS, 2.0) < plain / 100).all())
    assert asymmetric(RIGHT, TARGETS)[0, 1] == 0
    assert asymmetric(-RIGHT, TARGETS)[0, 0] > 1


def test_a_row_out_of_scope_is_drawn_to_all_labels_alike() -> None:
    none = torch.zeros(1, 4)
    assert cross_entropy(torch.zeros(1, 4), none, 0.0) < cross_entropy(torch.tensor([[5.0, 0, 0, 0]]), none, 0.0)


def test_sentences_of_one_label_are_drawn_together() -> None:
    targets = torch.tensor([[1.0, 0], [1.0, 0], [0, 1.0]])
    near, far = torch.tensor([[1.0, 0], [1, 0.1], [0, 1]]), torch.tensor([[1.0, 0], [0, 1], [1, 0.1]])
    assert contrastive(near, targets) < contrastive(far, targets)
    assert contrastive(near[:1], targets[:1]) == 0


def test_two_readings_that_agree_cost_nothing_whatever_their_scale_of_sureness() -> None:
    one = torch.tensor([[2.0, 0.0, -1.0]])
    assert disagreement(one, one + 3) == pytest.approx(0, abs=1e-6)
    near, far = disagreement(one, one * 1.1), disagreement(one, -one)
    assert 0 < near < far
    assert disagreement(one, -one) == pytest.approx(float(disagreement(-one, one)))
