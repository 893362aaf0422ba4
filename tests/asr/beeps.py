"""A corpus of beeps: each character a tone, so that a network learns something in seconds."""

import json
from pathlib import Path

import numpy as np
import soundfile

from asr.transcript import Samples

TONES = {"一": 300, "二": 700, "三": 1500}


def beeps(text: str) -> Samples:
    """A tenth of a second of silence, then 0.2 s a character."""
    time = np.arange(3200) / 16_000
    return np.concatenate([np.zeros(800), *(0.3 * np.sin(2 * np.pi * TONES[c] * time) for c in text)]).astype(np.float32)


def beep_corpus(folder: Path, clips: int = 40, dialects: tuple[str, ...] = ("cmn", "yue")) -> Path:
    """The manifest of `clips` clips of one to three characters in turn in each of the dialects, every tenth without speech."""
    chooser = np.random.default_rng(5)
    rows = []
    for index in range(clips):
        text = "".join(chooser.choice(list(TONES), int(chooser.integers(1, 4)))) if index % 10 else ""
        sound = beeps(text) if text else chooser.normal(0, 0.01, 8000).astype(np.float32)
        soundfile.write(folder / f"{index}.wav", sound, 16_000)
        phones = [f"{TONES[character]}hz1" for character in text]
        dialect = dialects[index % len(dialects)]
        rows.append({"audio": f"{index}.wav", "text": text, "dialect": dialect, "phones": phones})
        rows[-1]["duration_s"] = len(sound) / 16_000
    path = folder / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
