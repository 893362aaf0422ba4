"""Voice activity: how sure Silero VAD is of speech, for each 32 ms of a call.

The model is the ONNX file that the package faster-whisper carries (Silero VAD v6, MIT). One session serves all calls;
a call keeps only the model's memory (1 KB) and the last two seconds of sound (130 KB).
"""

from __future__ import annotations

import functools
import importlib.util
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from asr.transcript import SAMPLE_RATE_HZ, Samples

WINDOW = 512
"""Samples that the model judges at once, at 16 kHz; Silero knows no other length."""
WINDOW_MS = WINDOW * 1000 // SAMPLE_RATE_HZ
CONTEXT = 64
"""Samples of the window before that the model wants in front of each window."""
MEMORY = (1, 1, 128)
"""Shape of each of the model's two recurrent states."""
QUIET = 63
"""Windows (2 s) without a voice after which the model's memory begins anew, knowing only these. Trained on short clips, behind a
longer quiet such as an answer of the bot it hears voices late or not at all (snakers4/silero-vad#725): 100 telephone clips of
cloud_check began 0.38 s later after 15 s of silence than after 0.6 s, and do no more. A memory that knows less of the quiet hears
as well, but takes keys and music for voices twice as often."""
VOICE = 0.35
"""Probability from which on a window is not quiet; the least that counts as speech (asr.turn_end)."""


class VadError(ValueError):
    """The voice activity model is not where it should be."""


class VoiceActivity:
    """The ear of one call: give it sound in pieces of any length, get a probability for each full window."""

    def __init__(self) -> None:
        self._session = _session()
        self._memory = _nothing_heard()
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)
        self._latest: deque[Samples] = deque(maxlen=QUIET)
        self._quiet = 0

    def hear(self, samples: Samples) -> list[float]:
        """Probabilities of speech in [0, 1], one for each window that `samples` (16 kHz) completes; 0.2 ms each."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // WINDOW
        self._rest = sound[count * WINDOW :]
        if not count:
            return []
        windows = sound[: count * WINDOW].reshape(count, WINDOW)
        before = np.vstack([self._context, windows[:-1, -CONTEXT:]])
        self._context = windows[-1, -CONTEXT:]
        heard = np.hstack([before, windows])
        found: list[float] = []
        while len(found) < count:
            found += self._judge(heard[len(found) : len(found) + QUIET - self._quiet])
        return found

    def _judge(self, windows: Samples) -> list[float]:
        """Probabilities of no more windows (n, CONTEXT + WINDOW) than may pass before the memory begins anew."""
        found = self._run(windows)
        self._latest.extend(windows)
        voiced = next((back for back, probability in enumerate(reversed(found)) if probability >= VOICE), None)
        self._quiet = self._quiet + len(found) if voiced is None else voiced
        if self._quiet >= QUIET:
            self._memory, self._quiet = _nothing_heard(), 0
            self._run(np.stack(self._latest))
        return found

    def _run(self, windows: Samples) -> list[float]:
        h, c = self._memory
        probabilities, h, c = self._session.run(None, {"input": windows, "h": h, "c": c})
        self._memory = (h, c)
        return [float(probability) for probability in probabilities.reshape(-1)]


def _nothing_heard() -> tuple[Samples, Samples]:
    return np.zeros(MEMORY, np.float32), np.zeros(MEMORY, np.float32)


@functools.lru_cache(maxsize=1)
def _session() -> Any:  # Any: onnxruntime has no types
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(model_file()), options, providers=["CPUExecutionProvider"])


def model_file() -> Path:
    """The ONNX file. Raises VadError where faster-whisper is missing or too old to carry it."""
    package = importlib.util.find_spec("faster_whisper")  # found, not imported: the import takes seconds
    folders = package.submodule_search_locations if package else None
    found = sorted(Path(folders[0], "assets").glob("silero_vad_v*.onnx")) if folders else []
    if not found:
        raise VadError("the voice activity model is missing; run: pip install 'faster-whisper>=1.2'")
    return found[-1]
