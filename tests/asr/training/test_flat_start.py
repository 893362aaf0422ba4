"""Phones spread evenly over the speech."""

import pytest

pytest.importorskip("torch")

import torch

from asr.training.flat_start import STEPS, even_phones, flat_start_weight

SILENCE, SPEECH = -1.0, 1.0


def test_phones_share_the_loud_frames_evenly_and_silence_has_none() -> None:
    mel = torch.full((2, 80, 24), SILENCE)
    mel[0, :, 4:20] = SPEECH  # 8 of the encoder's frames
    mel[1, :, 0:6] = SPEECH
    found = even_phones(mel, torch.tensor([5, 6, 7, 8, 9]), torch.tensor([4, 1]))
    assert found[0].tolist() == [-100, -100, 5, 5, 6, 6, 7, 7, 8, 8, -100, -100]
    assert found[1].tolist() == [9, 9, 9, *[-100] * 9]


def test_clips_without_phones_have_none() -> None:
    mel = torch.randn(1, 80, 10)
    assert even_phones(mel, torch.tensor([], dtype=torch.long), torch.tensor([0])).tolist() == [[-100] * 5]


def test_it_fades_out() -> None:
    assert [flat_start_weight(step) for step in (0, STEPS // 2, STEPS, 2 * STEPS)] == [1, 0.5, 0, 0]
