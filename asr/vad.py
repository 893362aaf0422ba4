"""Voice activity: how sure Silero VAD is of speech, for each 32 ms of a call.

The model is the ONNX file that the package faster-whisper carries (Silero VAD v6, MIT). One session serves all calls;
a call keeps only the model's memory (1 KB) and the last 4 ms of sound.
"""

from __future__ import annotations

import functools
import importlib.util
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


class VadError(ValueError):
    """The voice activity model is not where it should be."""


class VoiceActivity:
    """The ear of one call: give it sound in pieces of any length, get a probability for each full window."""

    def __init__(self) -> None:
        self._session = _session()
        self._h = np.zeros(MEMORY, np.float32)
        self._c = np.zeros(MEMORY, np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

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
        inputs = {"input": np.hstack([before, windows]), "h": self._h, "c": self._c}
        probabilities, self._h, self._c = self._session.run(None, inputs)
        return [float(probability) for probability in probabilities.reshape(-1)]


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
