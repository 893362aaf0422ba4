from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from asr.training import mel_augment  # noqa: E402


def _clips(count: int) -> torch.Tensor:
    """(count, 80, 100) like log-mel features: each clip with loud bins of its own, quiet elsewhere."""
    mel = torch.full((count, 80, 100), -0.5)
    for at in range(count):
        mel[at, 8 * at : 8 * at + 6, 20:80] = 1.0
    return mel


def test_babble_raises_what_was_quiet_and_never_what_was_loudest() -> None:
    mel = _clips(6)
    mixed = mel_augment._babble(mel, 1.0, torch.Generator().manual_seed(2))
    loudness = torch.stack([mixed[0, 8 * at : 8 * at + 6, 20:80].mean() for at in range(6)])
    assert [at for at in range(6) if loudness[at] > 0] == [0, 3, 4, 5], "three other clips of the batch"
    assert all(0.3 < loudness[at] < 0.9 for at in (3, 4, 5)), "5 to 25 dB below this one"
    assert float(loudness[0]) == pytest.approx(1.0, abs=0.05)
    few = mel[:3]
    assert torch.equal(mel_augment._babble(few, 1.0, torch.Generator().manual_seed(2)), few)


def test_noise_lies_where_that_of_calls_does() -> None:
    """White noise at 10 dB lies 36 dB below the loudest bin: the middle bin of what is added is 22 to 44 dB below, and 5 more or
    less where it swells."""
    mel = torch.full((200, 80, 60), -1.0)
    mel[:, 10:30, 20:40] = 1.0
    added = mel_augment._noise(mel, 1.0, torch.Generator().manual_seed(4))[:, 40, 45:]
    below_db = 40 * (1.0 - added.mean(dim=1))
    assert 16 < float(below_db.min()) < 26
    assert 40 < float(below_db.max()) < 52
    assert 29 < float(below_db.median()) < 37
    assert float(mel_augment._noise(mel, 0.0, torch.Generator().manual_seed(4)).max()) == 1.0


def test_a_bin_of_many_lines_flutters_less() -> None:
    mel = torch.full((50, 80, 200), -1.0)
    mel[:, 40, :5] = 1.0
    mixed = mel_augment._noise(mel, 1.0, torch.Generator().manual_seed(4))[:, :, 5:]
    assert float(mixed[:, 75].std(dim=1).mean()) < 0.7 * float(mixed[:, 2].std(dim=1).mean())


def test_a_dull_voice_keeps_its_lowest_bin_and_loses_above() -> None:
    lost = -mel_augment._dullness(torch.ones((200, 80, 5)), 1.0, torch.Generator().manual_seed(4))[:, :, 0]
    assert float(lost[:, 0].max()) == 0.0
    assert 0.2 <= float(lost[:, 79].min()) < 0.25
    assert 0.65 < float(lost[:, 79].max()) <= 0.7
    assert bool((lost.diff(dim=1) >= 0).all())
    assert not mel_augment._dullness(torch.ones((9, 80, 5)), 0.0, torch.Generator().manual_seed(4)).any()
