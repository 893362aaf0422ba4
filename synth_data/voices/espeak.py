"""espeak-ng as a voice: a child process, restarted when it dies, one sentence at a time.

espeak-ng 1.52 comes from the package espeakng-loader. It is GPL-3, so it is never loaded into this process.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth_data.speech import Speech
from synth_data.voices.espeak_worker import ERROR

WORKER = Path(__file__).with_name("espeak_worker.py")


class VoiceError(ValueError):
    """A voice that cannot speak: the engine is missing, has died twice, or knows no such voice."""


class TextLostError(VoiceError):
    """espeak-ng itself dies of this text said so. 1.52 does of the variant rob at a low pitch with a wide range, for one."""


@dataclass(frozen=True, slots=True)
class EspeakOptions:
    """How espeak-ng speaks. Figures are its own: words a minute 80-450, pitch and range 0-99, volume 0-200."""

    language: str = "cmn-latn-pinyin"  # in 1.52 this one reads Hanzi too; "cmn" of 1.51 reads them as English
    variant: str = ""  # a timbre: m1-m8, f1-f5, klatt, Annie, ...
    rate_wpm: int = 165
    pitch: int = 50
    pitch_range: int = 50
    volume: int = 100

    @property
    def voice(self) -> str:
        return f"{self.language}+{self.variant}" if self.variant else self.language


class EspeakEngine:
    """The child process and its pipes. Safe to call from several threads: requests wait for one another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._rate_hz = 0

    @property
    def pid(self) -> int | None:
        """Process id of the child, None before the first request and after `close`."""
        return self._child.pid if self._child else None

    def speak(self, text: str, options: EspeakOptions, phonemes: bool = False) -> Speech:
        """Synthesise `text`; with `phonemes`, [[...]] in it is espeak's own notation. A child that died is restarted once."""
        with self._lock:
            for last_try in (False, True):
                try:
                    samples = np.concatenate([*self._request(text, options, phonemes), np.zeros(0, np.float32)])
                    return Speech(samples.astype(np.float32), self._rate_hz)
                except (OSError, EOFError) as fault:
                    self._stop()
                    if last_try:
                        raise TextLostError(f"espeak-ng died twice on a text of {len(text)} characters") from fault
        raise VoiceError("espeak-ng is out of reach")

    def stream(self, text: str, options: EspeakOptions, phonemes: bool = False) -> Generator[Speech, None, None]:
        """As `speak`, chunk by chunk (60 ms each). The engine is held until the iterator is used up or closed."""
        with self._lock:
            try:
                for chunk in self._request(text, options, phonemes):
                    yield Speech(chunk, self._rate_hz)
            except (OSError, EOFError) as fault:
                self._stop()
                raise VoiceError("espeak-ng died while speaking; the next sentence starts it again") from fault
            except GeneratorExit:
                self._stop()  # the rest of the sentence is still in the pipe
                raise

    def close(self) -> None:
        """End the child, for good: a thread that is late must not start another that nobody ends."""
        with self._lock:
            self._closed = True
            self._stop()

    def _request(self, text: str, options: EspeakOptions, phonemes: bool) -> Iterator[NDArray[np.float32]]:
        child = self._running()
        if child.stdin is None or child.stdout is None:
            raise EOFError
        request = json.dumps(
            {
                "voice": options.voice,
                "rate_wpm": options.rate_wpm,
                "pitch": options.pitch,
                "pitch_range": options.pitch_range,
                "volume": options.volume,
                "text": text,
                "phonemes": phonemes,
            }
        ).encode()
        child.stdin.write(struct.pack("<I", len(request)) + request)
        child.stdin.flush()
        while length := self._read_u32(child):
            if length == ERROR:
                raise VoiceError(self._read(child, self._read_u32(child)).decode())
            yield np.frombuffer(self._read(child, length), np.int16).astype(np.float32) / np.float32(32768)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise VoiceError("this voice was closed")
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        self._child = _start_child()
        self._rate_hz = self._read_u32(self._child)
        if not self._rate_hz:
            self._stop()
            raise VoiceError("espeak-ng found no data; reinstall the package espeakng-loader")
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # bytes that a dead child can no longer take
                    continue

    def _read_u32(self, child: subprocess.Popen[bytes]) -> int:
        return int(struct.unpack("<I", self._read(child, 4))[0])

    def _read(self, child: subprocess.Popen[bytes], length: int) -> bytes:
        data = child.stdout.read(length) if child.stdout else b""
        if len(data) < length:
            raise EOFError
        return data


def _start_child() -> subprocess.Popen[bytes]:
    try:
        import espeakng_loader
    except ImportError as fault:
        raise VoiceError("espeak-ng is not installed; run: pip install espeakng-loader") from fault
    command = [sys.executable, "-I", str(WORKER), espeakng_loader.get_library_path(), espeakng_loader.get_data_path()]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
