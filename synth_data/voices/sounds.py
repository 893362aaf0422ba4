"""The sound of an answer: WAV, FLAC, MP3, Ogg Opus or bare PCM, told by its first bytes."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator

import numpy as np

from asr.audio import from_pcm16
from dialogue.speech_server import SoundFormat
from synth_data.speech import Speech
from synth_data.voices.espeak import VoiceError

_FILES = (b"RIFF", b"fLaC", b"OggS", b"ID3")
_PCM_16, _WAV_HEAD = 1, 12


def decoded(data: bytes, form: SoundFormat, pcm_rate_hz: int) -> Speech:
    """The whole answer as one Speech, channels averaged. `form` is what was asked for; a file that tells otherwise is believed.

    Raises VoiceError where no sound is in it.
    """
    head = _wav_head(data)
    if head is not None:  # read by ourselves: a server that streams can't tell the length in the header
        rate_hz, start = head
        return _heard(Speech(from_pcm16(data[start:]), rate_hz))
    if form == "pcm" and not data.startswith(_FILES):
        return _heard(Speech(from_pcm16(data), pcm_rate_hz))
    return _heard(_by_libsndfile(data))


def pieces(chunks: Iterable[bytes], form: SoundFormat, pcm_rate_hz: int) -> Iterator[Speech]:
    """PCM or 16-bit mono WAV piece by piece as it comes; any other format in one piece at the end. Raises VoiceError."""
    rest, rate_hz, heard = b"", 0, False
    for chunk in chunks:
        rest += chunk
        if not rate_hz and len(rest) >= 4:
            rate_hz, rest = _begun(rest, form, pcm_rate_hz)
        if rate_hz and len(rest) >= 2:
            whole = len(rest) // 2 * 2
            yield Speech(from_pcm16(rest[:whole]), rate_hz)
            rest, heard = rest[whole:], True
    if not heard:
        yield decoded(rest, form, pcm_rate_hz)


def _begun(data: bytes, form: SoundFormat, pcm_rate_hz: int) -> tuple[int, bytes]:
    """(rate, what follows the header), or (0, data) as long as that can't be told or the format comes in one piece only."""
    head = _wav_head(data)
    if head is not None:
        return head[0], data[head[1] :]
    return (0, data) if form != "pcm" or data.startswith(_FILES) else (pcm_rate_hz, data)


def _wav_head(data: bytes) -> tuple[int, int] | None:
    """(rate, where the samples begin) of 16-bit mono PCM; None for other kinds of WAV, or where the header isn't all there."""
    at, rate_hz = _WAV_HEAD, 0
    if not data.startswith(b"RIFF"):
        return None
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            return (rate_hz, at + 8) if rate_hz else None
        if name == b"fmt " and at + 24 <= len(data):
            kind, channels, rate = struct.unpack_from("<HHI", data, at + 8)
            bits = struct.unpack_from("<H", data, at + 22)[0]
            rate_hz = rate if (kind, channels, bits) == (_PCM_16, 1, 16) else 0
        at += 8 + size + size % 2
    return None


def _by_libsndfile(data: bytes) -> Speech:
    import soundfile

    try:
        samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as fault:
        raise VoiceError(f"the answer's sound cannot be read ({fault.error_string})") from None
    return Speech(np.ascontiguousarray(samples.mean(axis=1), dtype=np.float32), rate_hz)


def _heard(speech: Speech) -> Speech:
    if not len(speech.samples):
        raise VoiceError("the answer holds no sound")
    return speech
