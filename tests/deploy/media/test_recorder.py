from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from deploy.media.recorder import WavRecorder
from deploy.media.transport import Sound

FRAME = np.full(160, 0.5, np.float32)


def read(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).astype(np.float32) / 32767


def test_what_was_cut_is_not_in_the_recording(tmp_path: Path) -> None:
    recorder = WavRecorder(tmp_path / "call.wav", 8000, started_at=10.0)
    for index in range(10):
        recorder.bot(FRAME, 10.0 + 0.02 * index)
    recorder.cut(10.1)
    recorder.caller(np.zeros(1600, np.float32), 10.2)
    recorder.close()
    assert np.count_nonzero(read(tmp_path / "call.wav")[:, 1]) == 800


def test_a_gap_in_the_caller_s_line_is_a_gap_in_the_recording(tmp_path: Path) -> None:
    recorder = WavRecorder(tmp_path / "call.wav", 8000, started_at=0.0)
    recorder.caller(FRAME, 0.02)
    recorder.caller(FRAME, 0.05)  # jitter
    recorder.caller(FRAME, 1.0)
    recorder.close()
    left = read(tmp_path / "call.wav")[:, 0]
    assert (len(left), np.count_nonzero(left[:320]), np.count_nonzero(left[320:7840])) == (8000, 320, 0)


def test_the_file_is_whole_while_the_call_goes_on(tmp_path: Path) -> None:
    recorder = WavRecorder(tmp_path / "call.wav", 8000, started_at=0.0)
    for index in range(500):
        recorder.caller(FRAME, 0.02 * (index + 1))
    recorder.flush()
    assert len(read(tmp_path / "call.wav")) >= 9 * 8000
    recorder.close()
