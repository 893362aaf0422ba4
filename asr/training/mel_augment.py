"""Augmentation of log-mel batches: cheap enough to be new in every step, so that no clip is heard twice alike.

Features are (log10 power + 4) / 4 (asr.features), so power is 10 ** (4 * x - 4); a gain is a sum, noise is a sum of powers, a
telephone is the loss of the bins outside its band. Masks follow SpecAugment (Park et al. 2019), the frequency warp VTLP (Jaitly
and Hinton 2013).
"""

from __future__ import annotations

import torch
from torch.nn import functional

from asr.features import mel_edges_hz

_BITS = 13.2877  # 4 * log2(10): power is 2 ** (_BITS * feature), but for a factor
_FLOOR_BELOW_PEAK = 2.0  # Whisper keeps 80 dB below the peak: 8 decades, a quarter of that in features


def augment_mel(mel: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """(batch, n_mels, frames) to the same, with up to 15 % more or fewer frames. `strength` is in [0, 1]; 0 changes nothing."""
    if strength <= 0:
        return mel
    mel = _warp(mel, strength, generator)
    mel = mel + _gain(mel, strength, generator) + _tilt(mel, strength, generator) + _dullness(mel, 0.2 * strength, generator)
    mel = _noise(mel, 0.6 * strength, generator)
    mel = _babble(mel, 0.3 * strength, generator)
    mel = _telephone(mel, 0.5 * strength, generator)
    mel = torch.maximum(mel, mel.amax(dim=(1, 2), keepdim=True) - _FLOOR_BELOW_PEAK)
    return _mask(mel, strength, generator)


def _uniform(low: float, high: float, shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    return torch.rand(shape, generator=generator) * (high - low) + low


def _warp(mel: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """Other vocal tracts and other tempos: one frequency factor within 12 % and one tempo within 15 % a batch."""
    batch, bins, frames = mel.shape
    longer = 1 + float(_uniform(-0.15, 0.15, (1,), generator)) * strength
    higher = 1 + float(_uniform(-0.12, 0.12, (1,), generator)) * strength
    wanted = max(8, round(frames * longer) // 2 * 2)
    rows = (torch.arange(bins) * higher).clamp(0, bins - 1) * 2 / (bins - 1) - 1
    columns = torch.linspace(-1, 1, wanted)
    grid = torch.stack((columns.expand(bins, wanted), rows[:, None].expand(bins, wanted)), dim=-1)
    sampled = functional.grid_sample(mel[:, None], grid.expand(batch, -1, -1, -1), align_corners=True, padding_mode="border")
    return sampled[:, 0]


def _gain(mel: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """-14 to +8 dB; a bel is a quarter of a feature."""
    return _uniform(-0.35, 0.2, (len(mel), 1, 1), generator) * strength


def _tilt(mel: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """A microphone's colour: a straight line and half a wave over the bins, within 8 dB at the ends."""
    bins = mel.shape[1]
    line = torch.linspace(-1, 1, bins)[None, :, None] * _uniform(-0.2, 0.2, (len(mel), 1, 1), generator)
    wave = torch.cos(torch.linspace(0, torch.pi, bins))[None, :, None] ** 2 * _uniform(-0.1, 0.1, (len(mel), 1, 1), generator)
    return (line + wave) * strength


def _dullness(mel: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """Soft voices and covered microphones, in `share` of the clips: 8 to 28 dB lost above a knee in the lower three quarters of
    the bins, evenly up to there. Noise that comes on top of it is the stronger where the voice has little left."""
    bins = torch.arange(mel.shape[1])[None, :, None]
    depth = _uniform(0.2, 0.7, (len(mel), 1, 1), generator)
    knee = _uniform(0.12, 0.75, (len(mel), 1, 1), generator) * mel.shape[1]
    chosen = torch.rand((len(mel), 1, 1), generator=generator) < share
    return torch.where(chosen, -depth * (bins / knee).clamp(max=1.0), torch.zeros(()))


def _noise(mel: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """Coloured noise, its middle bin 22 to 44 dB below the clip's loudest bin, in `share` of the clips.

    White noise at 10 dB of signal to noise lies 36 dB below the loudest bin, pink and street noise 21 dB in the lowest and 45 in
    the highest. It swells by up to 5 dB, as passing traffic does. A bin that is the mean of n lines flutters by 1 / sqrt(n).
    """
    batch, bins, frames = mel.shape
    level = mel.amax(dim=(1, 2), keepdim=True) - _uniform(0.55, 1.1, (batch, 1, 1), generator)
    colour = torch.linspace(0.5, -0.5, bins)[None, :, None] * _uniform(-0.1, 0.5, (batch, 1, 1), generator)
    flutter = torch.rand((batch, bins, frames), generator=generator).clamp(min=1e-3).neg_().log1p_().neg_().clamp(min=1e-3)
    flutter = flutter ** _lines_a_bin(bins)[None, :, None].rsqrt()
    turns, phase = _uniform(0, 4 * torch.pi, (batch, 1, 1), generator), _uniform(0, 2 * torch.pi, (batch, 1, 1), generator)
    swell = torch.sin(torch.linspace(0, 1, frames)[None, None] * turns + phase) * _uniform(0, 0.125, (batch, 1, 1), generator)
    power = torch.exp2(_BITS * (level + colour + swell)) * flutter
    mixed = torch.log2(torch.exp2(_BITS * mel) + power) / _BITS
    chosen = torch.rand((batch, 1, 1), generator=generator) < share
    return torch.where(chosen, mixed, mel)


def _lines_a_bin(bins: int) -> torch.Tensor:
    """(bins,) how many lines of the transform a bin is the mean of: 40 Hz apart, half of a triangle's base counts."""
    edges_hz = torch.from_numpy(mel_edges_hz(bins)).float()
    return ((edges_hz[2:] - edges_hz[:-2]) / 2 / 40).clamp(min=1.0)


def _babble(mel: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """Three other clips of the batch, 5 to 25 dB below this one's loudest bin, in `share` of the clips."""
    batch = len(mel)
    if batch < 4:
        return mel
    voices = sum(torch.exp2(_BITS * (mel - mel.amax(dim=(1, 2), keepdim=True))).roll(by, 0) for by in (1, 2, 3))
    level = mel.amax(dim=(1, 2), keepdim=True) - _uniform(0.125, 0.625, (batch, 1, 1), generator)
    mixed = torch.log2(torch.exp2(_BITS * mel) + torch.exp2(_BITS * level) * voices) / _BITS
    chosen = torch.rand((batch, 1, 1), generator=generator) < share
    return torch.where(chosen, mixed, mel)


def _telephone(mel: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """Bins outside about 250 to 3,500 Hz fall to the floor in `share` of the clips."""
    batch, bins, _ = mel.shape
    centres = torch.from_numpy(mel_edges_hz(bins)[1:-1]).float()[None, :, None]
    high_hz, low_hz = _uniform(3300, 3900, (batch, 1, 1), generator), _uniform(50, 300, (batch, 1, 1), generator)
    chosen = torch.rand((batch, 1, 1), generator=generator) < share
    return torch.where(chosen & ((centres > high_hz) | (centres < low_hz)), mel.amax(dim=(1, 2), keepdim=True) - 2.0, mel)


def _mask(mel: torch.Tensor, strength: float, generator: torch.Generator) -> torch.Tensor:
    """Two bands of up to 10 bins and two spans of up to 8 frames (160 ms) set to the clip's mean."""
    batch, bins, frames = mel.shape
    kept = torch.ones_like(mel, dtype=torch.bool)
    for axis, length, widest in ((1, bins, 10 * strength), (2, frames, min(8.0, frames / 10) * strength)):
        position = torch.arange(length)
        for _ in range(2):
            width = _uniform(0, widest, (batch, 1), generator)
            start = torch.rand((batch, 1), generator=generator) * (length - width)
            inside = (position >= start) & (position < start + width)
            kept &= ~inside.unsqueeze(3 - axis)
    return torch.where(kept, mel, mel.mean(dim=(1, 2), keepdim=True))
