"""A trained network taught new characters and phones: old rows are kept by name, new ones begin at random."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import torch
from torch import nn
from transformers import WhisperForConditionalGeneration

from asr.training.network import Network, with_generation
from asr.vocabulary import UNKNOWN, Vocabulary, of_characters

_EMBEDDINGS = ("model.decoder.embed_tokens.weight", "proj_out.weight")


def extend(network: Network, characters: Iterable[str], phones: Iterable[str], tones: bool = False) -> Network:
    """The same network where nothing is new. A byte-level vocabulary never lacks a character and stays as it is."""
    extended = _with_phones(_with_characters(network, characters), phones)
    return _with_tones(extended) if tones and extended.tone_head is None else extended


def _with_tones(network: Network) -> Network:
    """A head for tones that knows nothing yet."""
    extended = Network(network.whisper, network.vocabulary, network.mel, network.phones, tones=True)
    extended.load_state_dict(network.state_dict(), strict=False)
    return extended


def _with_characters(network: Network, characters: Iterable[str]) -> Network:
    old = network.vocabulary
    known = _characters(old)
    if old.dialect_in_prompt or set(characters) <= known:
        return network
    new = of_characters(known | set(characters))
    config = copy.deepcopy(network.whisper.config)
    config.vocab_size = new.size
    config.decoder_start_token_id = new.start
    config.pad_token_id = config.bos_token_id = config.eos_token_id = new.end
    whisper = WhisperForConditionalGeneration(config)
    state = dict(network.whisper.state_dict())
    fresh = whisper.state_dict()
    for name in _EMBEDDINGS:
        if name in state:
            state[name] = _moved(state[name], fresh[name], _rows(old, new))
    whisper.load_state_dict(state)
    extended = Network(with_generation(whisper, new), new, network.mel, network.phones, network.tone_head is not None)
    extended.ctc_head.load_state_dict(network.ctc_head.state_dict())
    _keep_tones(network, extended)
    _move_characters(network, extended)
    return extended


def _move_characters(old: Network, new: Network) -> None:
    """Rows of the character head: the blank, then token ids shifted by one; special tokens have none."""
    if old.character_head is None or new.character_head is None:
        return
    rows = [(0, 0), *((a + 1, b + 1) for a, b in _rows(old.vocabulary, new.vocabulary) if a < new.vocabulary.end)]
    fresh = new.character_head.state_dict()
    before = old.character_head.state_dict()
    new.character_head.load_state_dict({name: _moved(before[name], fresh[name], rows) for name in fresh})


def _with_phones(network: Network, phones: Iterable[str]) -> Network:
    missing = sorted(set(phones) - set(network.phones))
    if not missing:
        return network
    extended = Network(
        network.whisper, network.vocabulary, network.mel, [*network.phones, *missing], network.tone_head is not None
    )
    _keep_tones(network, extended)
    if extended.character_head is not None and network.character_head is not None:
        extended.character_head.load_state_dict(network.character_head.state_dict())
    kept = len(network.phones) + 1
    with torch.no_grad():
        for new, old in zip(extended.ctc_head.parameters(), network.ctc_head.parameters(), strict=True):
            _put(new, old, kept)
    return extended


def _keep_tones(old: Network, new: Network) -> None:
    if old.tone_head is not None and new.tone_head is not None:
        new.tone_head.load_state_dict(old.tone_head.state_dict())


def _put(new: nn.Parameter, old: nn.Parameter, rows: int) -> None:
    new[:rows].copy_(old)


def _characters(vocabulary: Vocabulary) -> set[str]:
    return {token for token in vocabulary.tokenizer.get_vocab() if len(token) == 1 and token != UNKNOWN}


def _rows(old: Vocabulary, new: Vocabulary) -> list[tuple[int, int]]:
    """(new row, old row) of each token that both have."""
    before: dict[str, int] = old.tokenizer.get_vocab()
    after: dict[str, int] = new.tokenizer.get_vocab()
    return [(row, before[token]) for token, row in after.items() if token in before]


def _moved(old: torch.Tensor, fresh: torch.Tensor, rows: Sequence[tuple[int, int]]) -> torch.Tensor:
    moved = fresh.clone()
    moved[[row for row, _ in rows]] = old[[row for _, row in rows]]
    return moved
