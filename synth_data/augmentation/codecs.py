"""Speech coders, there and back: G.711 by table, GSM 06.10 by libsndfile, AMR, Opus and G.722 by the ffmpeg libraries in PyAV.

Which of them a machine has depends on how its libraries were built: `present` tells, and those that are missing are named once.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asr.audio import alaw_decode, alaw_encode, mulaw_decode, mulaw_encode, resample
from synth_data.augmentation.levels import Samples

log = logging.getLogger(__name__)

NARROW_HZ, WIDE_HZ = 8_000, 16_000


@dataclass(frozen=True, slots=True)
class FfmpegCodec:
    """One coder of ffmpeg's; `bit_rate` in bits a second."""

    encoder: str
    decoder: str
    rate_hz: int
    bit_rate: int
    options: tuple[tuple[str, str], ...] = ()


FFMPEG = {
    "amr": FfmpegCodec("libopencore_amrnb", "amrnb", NARROW_HZ, 12_200),
    "g722": FfmpegCodec("g722", "g722", WIDE_HZ, 64_000),
    # compression_level 0 is the encoder's fastest search: half the time, and no listener's business at this rate
    "opus": FfmpegCodec("libopus", "opus", WIDE_HZ, 16_000, (("application", "voip"), ("compression_level", "0"))),
}
RATES_HZ = {"mulaw": NARROW_HZ, "alaw": NARROW_HZ, "gsm": NARROW_HZ, **{name: codec.rate_hz for name, codec in FFMPEG.items()}}
"""All coders, and the rate that each one works at."""


def coded(samples: Samples, name: str) -> Samples:
    """Through one coder of `present()` and back, at the coder's rate: as long as before, and without its delay."""
    match name:
        case "mulaw" | "alaw":
            return _g711_table(name)[_pcm16(samples).astype(np.int32) + 32768]
        case "gsm":
            return _through_libsndfile(samples)
        case _:
            return _through_ffmpeg(samples, FFMPEG[name])


@cache
def present() -> frozenset[str]:
    """The coders of this machine; the others are told in one line of the log."""
    missing = [name for name in FFMPEG if not _has_ffmpeg(FFMPEG[name])]
    if not _has_gsm():
        missing.append("gsm")
    if missing:
        log.warning("augmentation goes without %s: the sound libraries of this machine lack them", ", ".join(missing))
    return frozenset(RATES_HZ) - frozenset(missing)


@cache
def _g711_table(name: str) -> Samples:
    """What each of the 65,536 levels of 16-bit sound comes back as."""
    encode, decode = (mulaw_encode, mulaw_decode) if name == "mulaw" else (alaw_encode, alaw_decode)
    return decode(encode((np.arange(65536, dtype=np.float32) - 32768) / np.float32(32768)))


def _through_libsndfile(samples: Samples) -> Samples:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, NARROW_HZ, format="WAV", subtype="GSM610")
    file.seek(0)
    return _fitted(soundfile.read(file, dtype="float32")[0], len(samples))


def _has_gsm() -> bool:
    import soundfile

    return "GSM610" in soundfile.available_subtypes("WAV")


def _has_ffmpeg(codec: FfmpegCodec) -> bool:
    try:
        import av
    except ImportError:
        return False
    try:
        av.Codec(codec.encoder, "w"), av.Codec(codec.decoder, "r")
    except av.codec.codec.UnknownCodecError:
        return False
    return True


def _through_ffmpeg(samples: Samples, codec: FfmpegCodec) -> Samples:
    return _fitted(_late(samples, codec)[_delay(codec) :], len(samples))


def _late(samples: Samples, codec: FfmpegCodec) -> Samples:
    """What comes out, at the coder's rate, later than it went in by `_delay`."""
    import av

    coder: Any = av.CodecContext.create(codec.encoder, "w")  # Any: PyAV's types know no kinds of contexts
    coder.sample_rate, coder.bit_rate, coder.layout, coder.format = codec.rate_hz, codec.bit_rate, "mono", "s16"
    coder.options = dict(codec.options)
    coder.open()
    decoder: Any = av.CodecContext.create(codec.decoder, "r")
    decoder.sample_rate, decoder.layout = codec.rate_hz, "mono"
    if coder.extradata:
        decoder.extradata = coder.extradata
    packets = [packet for frame in _frames(samples, coder, codec.rate_hz) for packet in coder.encode(frame)]
    frames = [frame for packet in (*packets, *coder.encode(None), None) for frame in decoder.decode(packet)]
    heard = np.concatenate([_sound(frame.to_ndarray()) for frame in frames])
    return resample(heard, frames[0].sample_rate, codec.rate_hz)


def _frames(samples: Samples, coder: Any, rate_hz: int) -> list[Any]:  # Any: PyAV's contexts and frames
    import av

    size = coder.frame_size or 320
    sound = _pcm16(np.pad(samples, (0, -len(samples) % size + 2 * size)))  # what the coder holds back comes out at the end
    frames = []
    for start in range(0, len(sound), size):
        frame = av.AudioFrame.from_ndarray(sound[None, start : start + size], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate_hz, start
        frames.append(frame)
    return frames


@cache
def _delay(codec: FfmpegCodec) -> int:
    """Samples by which this coder is late, seen in what it makes of a burst of noise."""
    burst = np.random.default_rng(0).standard_normal(codec.rate_hz // 4).astype(np.float32) * np.float32(0.1)
    smooth = np.convolve(burst, np.ones(8) / 8, "same").astype(np.float32)
    heard = _late(smooth, codec)
    lags = np.correlate(heard[: len(smooth) + 1000], smooth, "valid") if len(heard) > len(smooth) else np.zeros(1)
    return int(np.argmax(lags))


def _pcm16(samples: Samples) -> NDArray[np.int16]:
    return np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)


def _sound(frame: NDArray[Any]) -> Samples:
    flat = frame.reshape(-1)
    return flat.astype(np.float32) / np.float32(32768) if flat.dtype == np.int16 else flat.astype(np.float32)


def _fitted(samples: Samples, length: int) -> Samples:
    return np.pad(samples[:length], (0, max(0, length - len(samples))))
