"""Real recordings of single words, speakers split."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from synth_data.voices.recorded_words import KEPT_SPEAKERS, RecordedWords, RecordedWordsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = []
    for speaker in ("spk01", "spk02", "spk03"):
        for word in ("上海", "Open"):
            name = f"{speaker}-{word}.wav"
            soundfile.write(tmp_path / name, np.full(800, 0.1, np.float32), 16_000)
            lines.append(json.dumps({"file": name, "speaker": speaker, "word": word}))
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path


def test_kept_speakers_are_never_drawn_for_training(folder: Path) -> None:
    words = RecordedWords(folder)
    rng = np.random.default_rng(1)
    assert {words.draw(rng, "train").speaker for _ in range(50)} == {"spk01", "spk02"}
    assert {words.draw(rng, "eval").speaker for _ in range(5)} == {"spk03"}


def test_latin_words_are_there_on_request_only(folder: Path) -> None:
    assert RecordedWords(folder).words == ("上海",)
    assert RecordedWords(folder, latin=True).words == ("Open", "上海")
    assert len(RecordedWords(folder).all("train")) == 2


def test_a_recording_is_given_as_it_is(folder: Path) -> None:
    words = RecordedWords(folder)
    speech = words.speak(words.draw(np.random.default_rng(1), "train", "上海"))
    assert (speech.rate_hz, len(speech.samples)) == (16_000, 800)


def test_a_word_that_nobody_says_is_an_error(folder: Path) -> None:
    with pytest.raises(RecordedWordsError, match="'北京'; there are: 上海"):
        RecordedWords(folder).draw(np.random.default_rng(1), "train", "北京")


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordedWordsError, match="it needs manifest"):
        RecordedWords(tmp_path)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"file": "a.flac"}\n', "utf-8")
    with pytest.raises(RecordedWordsError, match=r"manifest\.jsonl:1"):
        RecordedWords(tmp_path)


@pytest.mark.skipif("XIANGYIN_DATA" not in os.environ, reason="XIANGYIN_DATA names no folder of public data")
def test_the_public_words_have_speakers_in_both_splits() -> None:
    words = RecordedWords(Path(os.environ["XIANGYIN_DATA"]) / "speech" / "words34")
    assert len(words.words) == 12
    assert {each.speaker for each in words.all("eval")} == set(KEPT_SPEAKERS)
    assert len({each.speaker for each in words.all("train")}) == 19
