"""Batches of clips of like length: features amid silence, phones and tokens as the losses want them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from asr.dialects import DEFAULT_DIALECT
from asr.manifest import Clip, tone_of, toneless
from asr.vocabulary import Vocabulary

IGNORED = -100
"""The target that cross-entropy leaves out."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What is to be said in each clip: phone ids (from 1) with the tones that they carry beside their units (0 for none),
    whether they are known (a clip without speech has none, and that is known), the decoder's input, its target with IGNORED
    over the prompt, and whether it is Mandarin."""

    phones: tuple[tuple[int, ...], ...]
    tones: tuple[tuple[int, ...], ...]
    phones_known: tuple[bool, ...]
    inputs: tuple[tuple[int, ...], ...]
    targets: tuple[tuple[int, ...], ...]
    mandarin: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Where the clips of a batch stand: `before` frames of silence, `frames` in all at the least, the first at `offset` (a place
    of the encoder, two frames each)."""

    before: int = 0
    frames: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step. `mel` (batch, n_mels, frames); `phones` and `tones` laid end to end, `phone_lengths`, `phones_known`
    and `mandarin` (batch,); `inputs`, `targets` (batch, tokens). `offset`: the encoder's position of the first frame."""

    mel: torch.Tensor
    phones: torch.Tensor
    tones: torch.Tensor
    phone_lengths: torch.Tensor
    phones_known: torch.Tensor
    inputs: torch.Tensor
    targets: torch.Tensor
    mandarin: torch.Tensor
    offset: int = 0

    def to(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        if device.type == "cpu":
            return self
        tensors = ("mel", "phones", "tones", "phone_lengths", "phones_known", "inputs", "targets", "mandarin")
        return replace(self, **{name: getattr(self, name).to(device) for name in tensors})


def label(clips: Sequence[Clip], vocabulary: Vocabulary, phones: Sequence[str]) -> Labels:
    """Ids for all clips. A phone that is none of `phones` is the one of that name without tone, with a tone beside it."""
    ids = {phone: index for index, phone in enumerate(phones, 1)}
    names = {phone for clip in clips for phone in clip.phones}
    units = {name: (ids[name], 0) if name in ids else (ids[toneless(name)], tone_of(name)) for name in names}
    inputs, targets = [], []
    for clip in clips:
        prompt, said = vocabulary.prompt(clip.dialect), vocabulary.target(clip.text, clip.dialect)
        inputs.append((*prompt, *said[:-1]))
        targets.append((*(IGNORED,) * (len(prompt) - 1), *said))
    return Labels(
        phones=tuple(tuple(units[phone][0] for phone in clip.phones) for clip in clips),
        tones=tuple(tuple(units[phone][1] for phone in clip.phones) for clip in clips),
        phones_known=tuple(bool(clip.phones) or not clip.text for clip in clips),
        inputs=tuple(inputs),
        targets=tuple(targets),
        mandarin=tuple(clip.dialect == DEFAULT_DIALECT for clip in clips),
    )


def plan(chosen: Sequence[int], lengths: Sequence[int], frames_a_batch: int, chooser: random.Random) -> list[list[int]]:
    """The `chosen` of the indices in batches of like length and about `frames_a_batch` frames, in random order."""
    order = sorted(chosen, key=lambda index: lengths[index] * chooser.uniform(0.93, 1.07))
    batches: list[list[int]] = [[]]
    longest = 0
    for index in order:
        longest = max(longest, lengths[index])
        if batches[-1] and longest * (len(batches[-1]) + 1) > frames_a_batch:
            batches.append([])
            longest = lengths[index]
        batches[-1].append(index)
    chooser.shuffle(batches)
    return batches


def collate(
    indices: Sequence[int], mels: Sequence[NDArray[np.float32]], labels: Labels, end: int, context: Context = Context()
) -> Batch:
    """One batch of `mels`, (frames, n_mels) each; around a clip is silence at its own floor."""
    frames = max(context.frames, context.before + max(len(mel) for mel in mels))
    frames += frames % 2
    padded = np.stack([_padded(mel, context.before, frames) for mel in mels])
    phones, tones = ([rows[index] for index in indices] for rows in (labels.phones, labels.tones))
    return Batch(
        mel=torch.from_numpy(padded).transpose(1, 2).contiguous(),
        phones=torch.tensor([phone for one in phones for phone in one], dtype=torch.long),
        tones=torch.tensor([tone for one in tones for tone in one], dtype=torch.long),
        phone_lengths=torch.tensor([len(one) for one in phones]),
        phones_known=torch.tensor([float(labels.phones_known[index]) for index in indices]),
        inputs=_matrix([labels.inputs[index] for index in indices], end),
        targets=_matrix([labels.targets[index] for index in indices], IGNORED),
        mandarin=torch.tensor([labels.mandarin[index] for index in indices]),
        offset=context.offset,
    )


def noisy(batch: Batch, share: float, characters: int, generator: torch.Generator) -> torch.Tensor:
    """`batch.inputs` with `share` of the tokens that were said replaced by random ones below `characters`; the prompt stays."""
    chosen = torch.rand(batch.inputs.shape, generator=generator) < share
    others = torch.randint(0, characters, batch.inputs.shape, generator=generator)
    said = batch.targets.roll(1, dims=1) >= 0
    said[:, 0] = False
    replaced = (chosen.to(said.device) & said) & (batch.inputs < characters)
    return torch.where(replaced, others.to(said.device), batch.inputs)


def _padded(mel: NDArray[np.float32], before: int, frames: int) -> NDArray[np.float32]:
    return np.pad(mel, ((before, frames - before - len(mel)), (0, 0)), constant_values=float(mel.min()))


def _matrix(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([[*row, *(filler,) * (width - len(row))] for row in rows])


def in_order(count: int, size: int) -> Iterator[list[int]]:
    """Indices 0..count-1 in runs of `size`."""
    for start in range(0, count, size):
        yield list(range(start, min(count, start + size)))
