import json
from pathlib import Path

import pytest

from asr.dialects import DIALECTS, dialect_code
from asr.manifest import ManifestError, held_out, read_manifest, without_tones


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_manifest_is_read_with_paths_beside_it(tmp_path: Path) -> None:
    row = {"audio": "a/1.flac", "text": "你好，Erp", "dialect": "yue", "speaker": "m1", "duration_s": 1.5, "phones": ["n", "i3"]}
    (clip,) = read_manifest(write(tmp_path / "manifest.jsonl", row))
    assert (clip.audio, clip.text, clip.dialect, clip.duration_s) == (tmp_path / "a/1.flac", "你好ERP", "yue", 1.5)
    assert without_tones(clip).phones == ("n", "i")
    assert read_manifest(tmp_path) == [clip]


@pytest.mark.parametrize(
    "row",
    [
        {"audio_filepath": "1.wav", "duration": 2, "text": "好"},
        {"key": "1", "wav": "1.wav", "txt": "好"},
        {"key": "1", "source": "1.wav", "target": "好"},
        {"file_name": "1.wav", "transcription": "好"},
    ],
)
def test_the_forms_of_other_toolkits_are_known_by_their_keys(tmp_path: Path, row: dict[str, object]) -> None:
    (clip,) = read_manifest(write(tmp_path / "m.jsonl", row))
    assert (clip.audio.name, clip.text, clip.dialect) == ("1.wav", "好", "cmn")


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{", "not JSON"),
        ("[1]", "JSON object"),
        ({"text": "好"}, "lacks the key 'audio'"),
        ({"audio": "a"}, "lacks the key 'text'"),
        ({"audio": "a", "text": "好", "dialect": "klingon"}, "unknown dialect 'klingon'"),
        ({"audio": "a", "text": "好", "duration_s": "long"}, "duration"),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path: Path, row: object, what: str) -> None:
    path = write(tmp_path / "m.jsonl", {"audio": "a", "text": "好"}, row)
    with pytest.raises(ManifestError, match=rf"m\.jsonl:2: .*{what}"):
        read_manifest(path)


def test_a_missing_and_an_empty_manifest_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such manifest"):
        read_manifest(tmp_path / "m.jsonl")
    with pytest.raises(ManifestError, match="empty"):
        read_manifest(write(tmp_path / "m.jsonl"))


def test_validation_clips_are_the_same_each_time_and_never_trained_on(tmp_path: Path) -> None:
    clips = read_manifest(write(tmp_path / "m.jsonl", *({"audio": f"{i}.wav", "text": "好"} for i in range(100))))
    training, validation = held_out(clips, 8)
    assert (len(training), len(validation)) == (92, 8)
    assert not set(training) & set(validation)
    assert held_out(clips, 8) == (training, validation)
    assert len(held_out(clips, 50)[1]) == 10


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("yue", "yue"),
        ("粤语", "yue"),
        ("Wu(Shanghai)", "wuu"),
        ("Mandarin (sales)", "cmn"),
        ("河南话", "cmn-zhongyuan"),
        ("Elvish", None),
    ],
)
def test_dialects_are_known_by_code_and_name(name: str, code: str | None) -> None:
    assert dialect_code(name) == code


def test_every_dialect_borrows_a_language_token_that_whisper_has() -> None:
    languages = pytest.importorskip("transformers.models.whisper.tokenization_whisper").LANGUAGES
    assert {token for dialect in DIALECTS for token in dialect.tokens} <= {f"<|{code}|>" for code in languages}


def test_every_dialect_has_a_token_of_its_own() -> None:
    tokens = [token for dialect in DIALECTS for token in dialect.tokens]
    assert len(tokens) == len(set(tokens))
