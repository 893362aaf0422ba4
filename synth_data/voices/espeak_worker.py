"""The one process that loads espeak-ng (GPL-3): a child that speaks a length-prefixed protocol over its pipes.

Run as `python espeak_worker.py LIBRARY DATA`. It imports nothing of this project.
First it writes the sample rate (u32, little-endian).
Request: u32 length, then that many bytes of JSON {"voice", "rate_wpm", "pitch", "pitch_range", "volume", "text", "phonemes"}.
Answer: any number of (u32 length > 0, int16 samples), then u32 0; or u32 ERROR, u32 length, UTF-8 message.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from typing import Any, BinaryIO

ERROR = 0xFFFFFFFF
SYNCHRONOUS = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: samples come by callback, in the calling thread, as they are made."""
DONT_EXIT = 0x8000
UTF8, PHONEMES = 1, 0x100
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
CHUNK_MS = 60

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def main(library: str, data: str) -> None:
    """Answer requests until the parent closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not get among the samples
    engine = ctypes.CDLL(library)
    rate_hz = engine.espeak_Initialize(SYNCHRONOUS, CHUNK_MS, data.encode(), DONT_EXIT)
    callback = Callback(lambda wave, count, _: _send(answers, wave, count))
    engine.espeak_SetSynthCallback(callback)
    answers.write(struct.pack("<I", rate_hz if rate_hz > 0 else 0))
    answers.flush()
    while head := requests.read(4):
        request = json.loads(requests.read(struct.unpack("<I", head)[0]))
        _answer(engine, request, answers)


def _answer(engine: Any, request: dict[str, Any], answers: BinaryIO) -> None:  # Any: a C library and JSON
    """Speak one request in a fork: espeak-ng carries state from sentence to sentence, and the same text must sound the same."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(1)  # the samples sent so far are half a sentence: the parent starts a new engine
        return
    fault = _speak(engine, request)
    if fault:
        message = fault.encode()
        answers.write(struct.pack("<II", ERROR, len(message)) + message)
    else:
        answers.write(struct.pack("<I", 0))
    answers.flush()
    os._exit(0)


def _speak(engine: Any, request: dict[str, Any]) -> str:  # Any: a C library and JSON
    """Synthesise one request; an empty string, or what was wrong."""
    if engine.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        return f"espeak-ng has no voice {request['voice']!r}"
    for parameter, key in ((RATE, "rate_wpm"), (VOLUME, "volume"), (PITCH, "pitch"), (RANGE, "pitch_range")):
        engine.espeak_SetParameter(parameter, int(request[key]), 0)
    text = request["text"].encode()
    flags = UTF8 | (PHONEMES if request["phonemes"] else 0)
    status = engine.espeak_Synth(text, len(text) + 1, 0, 0, 0, flags, None, None)
    return "" if status == 0 else f"espeak-ng failed with status {status}"


def _send(answers: BinaryIO, wave: Any, count: int) -> int:  # Any: a ctypes pointer
    """Pass a chunk on at once; 0 tells espeak-ng to go on."""
    if wave and count > 0:
        answers.write(struct.pack("<I", 2 * count) + ctypes.string_at(wave, 2 * count))
        answers.flush()
    return 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
