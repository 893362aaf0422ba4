"""Sound files to samples: WAV of any rate, depth and channels, FLAC, MP3, Ogg; and the telephone's G.711."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asr.shards import ShardError, read_member, shard_of
from asr.transcript import SAMPLE_RATE_HZ, Samples

LONGEST_S = 4 * 3600.0
"""Longer files are refused: the decoded samples would not fit the memory of an edge machine."""


class AudioError(ValueError):
    """A file that is missing, empty, no audio, or too long; the message says which, where, and what to do."""


def read_audio(path: Path, longest_s: float = LONGEST_S) -> Samples:
    """The whole file, channels averaged, at SAMPLE_RATE_HZ; `path` may go through a tar (asr.shards). Raises AudioError."""
    import soundfile

    shard = shard_of(path)
    if shard is None:
        _refuse_unreadable(path)
    try:
        with soundfile.SoundFile(path if shard is None else io.BytesIO(_member(path, shard))) as file:
            duration_s = file.frames / file.samplerate
            if duration_s > longest_s:
                raise AudioError(f"{path}: {duration_s:.0f} s of audio, the limit is {longest_s:.0f} s; cut it into parts")
            rate_hz, channels = file.samplerate, file.read(dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as fault:
        raise AudioError(f"{path}: not audio that can be read ({fault.error_string}); give WAV, FLAC, MP3 or Ogg") from None
    if len(channels) == 0:
        raise AudioError(f"{path}: the file has a header but no sound")
    mono = channels[:, 0] if channels.shape[1] == 1 else channels.mean(axis=1)
    return resample(np.nan_to_num(mono), rate_hz, SAMPLE_RATE_HZ)


def _member(path: Path, shard: Path) -> bytes:
    try:
        return read_member(path, shard)
    except ShardError as fault:
        raise AudioError(str(fault)) from None


def _refuse_unreadable(path: Path) -> None:
    if not path.exists():
        raise AudioError(f"{path}: there is no such file")
    if not path.is_file():
        raise AudioError(f"{path}: not a file; give one sound file")
    if path.stat().st_size == 0:
        raise AudioError(f"{path}: the file is empty (0 bytes)")


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Band-limited resampling of mono samples."""
    if from_hz == to_hz:
        return np.ascontiguousarray(samples, dtype=np.float32)
    import soxr

    return np.ascontiguousarray(soxr.resample(samples, from_hz, to_hz), dtype=np.float32)


def from_pcm16(data: bytes) -> Samples:
    """Little-endian 16-bit mono PCM to samples; a trailing odd byte is dropped."""
    whole = len(data) // 2 * 2
    return np.frombuffer(data[:whole], dtype="<i2").astype(np.float32) / 32768.0


def to_pcm16(samples: Samples) -> bytes:
    """Samples to little-endian 16-bit mono PCM, clipped."""
    return bytes(np.clip(np.round(samples * 32767.0), -32768, 32767).astype("<i2").tobytes())


def mulaw_decode(data: bytes) -> Samples:
    """G.711 mu-law bytes to samples at the rate they came in (8 kHz on a telephone)."""
    return _MULAW[np.frombuffer(data, dtype=np.uint8)]


def alaw_decode(data: bytes) -> Samples:
    """G.711 A-law bytes to samples at the rate they came in."""
    return _ALAW[np.frombuffer(data, dtype=np.uint8)]


def mulaw_encode(samples: Samples) -> bytes:
    """Samples to G.711 mu-law bytes: the nearest of the 256 levels."""
    return _nearest(samples, _MULAW)


def alaw_encode(samples: Samples) -> bytes:
    """Samples to G.711 A-law bytes: the nearest of the 256 levels."""
    return _nearest(samples, _ALAW)


def _nearest(samples: Samples, table: Samples) -> bytes:
    order = np.argsort(table, kind="stable")
    levels = table[order]
    middles = (levels[1:] + levels[:-1]) / 2
    return bytes(order[np.searchsorted(middles, samples)].astype(np.uint8).tobytes())


def _mulaw_table() -> Samples:
    """ITU-T G.711: sign, 3-bit segment, 4-bit step, all bits inverted; 14-bit range."""
    code = ~np.arange(256, dtype=np.uint8)
    segment, step = (code >> 4) & 7, (code & 15).astype(np.int32)
    magnitude = (((step << 1) + 33) << segment) - 33
    return _signed(magnitude, code & 128, 8192)


def _alaw_table() -> Samples:
    """ITU-T G.711: even bits inverted; 13-bit range."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    segment, step = ((code >> 4) & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = np.where(segment == 0, (step << 1) + 1, ((step << 1) + 33) << np.maximum(segment - 1, 0))
    return _signed(magnitude, (code & 128) ^ 128, 4096)


def _signed(magnitude: NDArray[np.int32], negative: NDArray[np.integer[Any]], full_scale: int) -> Samples:
    return (np.where(negative > 0, -magnitude, magnitude) / full_scale).astype(np.float32)


_MULAW = _mulaw_table()
_ALAW = _alaw_table()
