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
