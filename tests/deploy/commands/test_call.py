from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from deploy.cli import main

BOT = str(Path(__file__).parents[3] / "examples" / "cloud_sales")


def not_audio(folder: Path) -> Path:
    path = folder / "notes.wav"
    path.write_text("this is no sound", encoding="utf-8")
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.wav"
    path.touch()
    return path


def missing(folder: Path) -> Path:
    return folder / "missing.flac"


@pytest.mark.parametrize("make", [not_audio, empty, missing])
def test_a_file_that_is_no_sound_is_refused_in_one_line(make: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make(tmp_path)
    assert main(["call", BOT, "--audio", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert path.name in error


def test_a_bot_that_is_not_there_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound = tmp_path / "sound.wav"
    soundfile.write(sound, np.zeros(16000, np.float32), 16000)
    assert main(["call", str(tmp_path / "no-bot"), "--audio", str(sound)]) == 2
    assert "no-bot" in capsys.readouterr().err
