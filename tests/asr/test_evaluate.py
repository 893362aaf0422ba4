from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.evaluate import evaluate, hear, report
from asr.manifest import Clip
from asr.transcript import Samples, Transcript


class Scripted:
    """A recogniser that says what it was told to, one line a clip."""

    def __init__(self, *said: tuple[str, str]) -> None:
        self._said: Iterator[tuple[str, str]] = iter(said)

    def transcribe(self, samples: Samples) -> Transcript:
        assert len(samples) == 1600
        text, dialect = next(self._said)
        return Transcript(text, dialect, 1.0)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "1.wav", np.zeros(1600, np.float32), 16_000)
    return tmp_path / "1.wav"


def test_a_report_has_cer_by_dialect_speed_and_false_alarms(sound: Path) -> None:
    clips = [Clip(sound, text, dialect, "m1", 0.1) for text, dialect in (("一千", "cmn"), ("几多钱", "yue"), ("", "cmn"))]
    found = report(hear(clips, Scripted(("1000", "cmn"), ("几多前", "cmn"), ("喂", "cmn"))))
    assert (found.n, found.silences, found.false_alarms) == (2, 1, 1)
    assert found.cer.rate == pytest.approx(1 / 5)
    assert {dialect: round(rate.rate, 3) for dialect, rate in found.cer_by_dialect.items()} == {"cmn": 0.0, "yue": 0.333}
    assert found.dialect_accuracy == 0.5
    assert found.rtf > 0
    assert found.p50_ms <= found.p95_ms


def test_a_manifest_is_evaluated_from_its_file(sound: Path) -> None:
    (sound.parent / "manifest.jsonl").write_text('{"audio": "1.wav", "text": "好"}\n', encoding="utf-8")
    assert evaluate(sound.parent / "manifest.jsonl", Scripted(("好", "cmn"))).cer.rate == 0


def test_a_corpus_without_speech_cannot_be_measured(sound: Path) -> None:
    with pytest.raises(ValueError, match="nothing to measure"):
        report(hear([Clip(sound, "", "cmn", "m1", 0.1)], Scripted(("", "cmn"))))
