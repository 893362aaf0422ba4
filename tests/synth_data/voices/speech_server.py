"""A small server on loopback that speaks OpenAI's /audio/speech with espeak's voice, so that its answers are real speech."""

from __future__ import annotations

import io
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import numpy as np
import soundfile
import soxr

from synth_data.speech import Speech
from synth_data.voices import EspeakEngine, EspeakOptions
from tests.loopback import listening

VARIANTS = {"xiaomei": "f3", "laowang": "m3"}
"""Its voices, and which of espeak's each one is."""
FORMATS = {"wav": ("WAV", "PCM_16"), "flac": ("FLAC", "PCM_16"), "mp3": ("MP3", "MPEG_LAYER_III"), "opus": ("OGG", "OPUS")}


@dataclass
class Served:
    """What it was asked, and how it is to behave."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    said: list[Speech] = field(default_factory=list)
    """What it answered, before it became bytes."""
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; then 200."""
    raw: tuple[str, bytes] | None = None
    """(content type, body) sent instead of sound."""
    drips: bool = False
    """Its body is byte after byte, until the client hangs up."""
    streams: bool = False
    """WAV comes in pieces, its length unknown to the header."""
    over: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def bytes_of(self, speech: Speech, form: str) -> bytes:
        self.said.append(speech)
        samples, rate = np.round(speech.samples * 32768).astype("<i2"), speech.rate_hz
        if form == "pcm":
            return samples.tobytes()
        if self.streams:
            head = struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
            return b"RIFF\xff\xff\xff\xffWAVEfmt " + head + b"data\xff\xff\xff\xff" + samples.tobytes()
        if form == "opus":
            samples, rate = soxr.resample(samples, rate, 24_000), 24_000  # one of the rates that Opus knows
        file = io.BytesIO()
        container, subtype = FORMATS[form]
        soundfile.write(file, samples, rate, format=container, subtype=subtype)
        return file.getvalue()


@contextmanager
def speech_server() -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append(asked)
            served.keys.append(self.headers["Authorization"])
            status = served.statuses.pop(0) if served.statuses else 200
            known = self.path == "/v1/audio/speech" and asked["voice"] in VARIANTS
            self.send_response(status if known else 404)
            self.send_header("Content-Type", served.raw[0] if served.raw else f"audio/{asked['response_format']}")
            self.end_headers()
            if status != 200 or not known:
                return
            if served.drips:
                self.drip()
                return
            body = served.raw[1] if served.raw else served.bytes_of(said_by_espeak(engine, asked), asked["response_format"])
            for start in range(0, len(body), 1001):  # an odd number: samples are cut in two
                self.wfile.write(body[start : start + 1001])

        def drip(self) -> None:
            try:
                while not served.over.wait(0.01):
                    self.wfile.write(b"\0")
            except ConnectionError:
                served.hung_up.set()

    with closing(EspeakEngine()) as engine, listening(Handler) as address:
        served.url = f"{address}/v1"
        try:
            yield served
        finally:
            served.over.set()


def said_by_espeak(engine: EspeakEngine, asked: dict[str, Any]) -> Speech:
    options = EspeakOptions(variant=VARIANTS[asked["voice"]], rate_wpm=round(165 * asked.get("speed", 1.0)))
    return engine.speak(asked["input"], options)
