"""Confidence and the sense of dialects, fitted beside a copy of the bundled model on clips made here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import soundfile

from asr.bundle import bundled_folder
from asr.calibration import CALIBRATION_FILE, CalibrationError
from asr.dialect_head import HEAD_FILE
from asr.recogniser import WhisperRecogniser
from asr.training.dialect_head import DialectHeadError
from deploy.hearing_calibration import CalibrationRequest, calibrate
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
from tests.asr.spoken import at_16k

pytestmark = pytest.mark.skipif(not (bundled_folder() / "model.bin").exists(), reason="no bundled recogniser")
TEXTS = (
    "要八核的",
    "能不能便宜一点",
    "那这个的年费是多少",
    "我想试用一下",
    "多少钱一年",
    "有没有云服务器",
    "改成两年的",
    "还要支持备份",
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """64 clips: eight sentences in two dialects by four voices."""
    folder = tmp_path_factory.mktemp("clips")
    lines = []
    for dialect in ("cmn", "cmn-sichuan"):
        for speaker in (Speaker("f3", 150), Speaker("m1", 170), Speaker("f2", 190), Speaker("m3", 160)):
            voice = DialectVoice(dialect, speaker)
            for text in TEXTS:
                name = f"{len(lines)}.flac"
                soundfile.write(folder / name, at_16k(voice.synthesize(text)), 16_000)
                lines.append({"audio": name, "text": text, "dialect": dialect, "speaker": speaker.variant})
            voice.close()
    (folder / "manifest.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return folder / "manifest.jsonl"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    copy = shutil.copytree(bundled_folder(), tmp_path / "model", ignore=shutil.ignore_patterns("trainable"))
    for name in (CALIBRATION_FILE, HEAD_FILE):
        (copy / name).unlink(missing_ok=True)
    return copy


def test_both_parts_are_fitted_beside_the_model_and_read_with_it(model: Path, manifest: Path) -> None:
    fitted = calibrate(CalibrationRequest(model, manifest, (manifest,)))
    assert fitted.dialects == ("cmn", "cmn-sichuan")
    assert fitted.dialect_accuracy is not None
    assert fitted.dialect_accuracy > 0.6
    assert fitted.clips >= 50
    assert [line.split()[0] for line in fitted.lines] == ["dialect", "confidence"]
    heard = WhisperRecogniser(model).transcribe(soundfile.read(manifest.parent / "0.flac", dtype="float32")[0])
    assert {code for code, _ in heard.dialects} == {"cmn", "cmn-sichuan"}
    assert 0 < heard.confidence < 1


def test_there_must_be_something_to_fit_on(model: Path, manifest: Path, tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="--data MANIFEST"):
        calibrate(CalibrationRequest(model, None))
    few = tmp_path / "few.jsonl"
    few.write_text(
        "\n".join(manifest.read_text(encoding="utf-8").splitlines()[:8]).replace('"audio": "', f'"audio": "{manifest.parent}/')
    )
    with pytest.raises(CalibrationError, match="50 clips"):
        calibrate(CalibrationRequest(model, few))
    with pytest.raises(DialectHeadError, match="two dialects"):
        calibrate(CalibrationRequest(model, None, (few,)))
