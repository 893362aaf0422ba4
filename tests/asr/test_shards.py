"""Clips read out of tar files."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.audio import AudioError, read_audio
from synth_data.shards import ShardWriter, flac


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    with ShardWriter(tmp_path, 3, "tar") as writer:
        for index in range(4):
            writer.write(index, np.full(160 * (index + 1), 0.25, np.float32))
    return tmp_path / "audio/00003.tar"


def test_a_clip_is_read_where_its_path_goes_through_a_tar(shard: Path) -> None:
    for index in range(4):
        samples = read_audio(shard / f"{index:07d}.flac")
        assert len(samples) == 160 * (index + 1)
        assert samples == pytest.approx(0.25, abs=1e-4)


def test_the_same_clips_make_the_same_file(shard: Path, tmp_path: Path) -> None:
    with ShardWriter(tmp_path / "again", 3, "tar") as writer:
        for index in range(4):
            writer.write(index, np.full(160 * (index + 1), 0.25, np.float32))
    assert (tmp_path / "again/audio/00003.tar").read_bytes() == shard.read_bytes()


def test_a_shard_that_was_broken_off_does_not_appear(tmp_path: Path) -> None:
    def broken_off() -> None:
        with ShardWriter(tmp_path, 0, "tar") as writer:
            writer.write(0, np.zeros(160, np.float32))
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert not (tmp_path / "audio/00000.tar").exists()


def test_other_peoples_tars_are_read_as_well(tmp_path: Path) -> None:
    data = flac(np.zeros(320, np.float32))
    with tarfile.open(tmp_path / "theirs.tar", "w") as tar:
        member = tarfile.TarInfo("clips/a.flac")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    assert len(read_audio(tmp_path / "theirs.tar/clips/a.flac")) == 320


def test_a_missing_clip_and_a_damaged_tar_are_told(shard: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"00003\.tar: holds no clip 'x\.flac'"):
        read_audio(shard / "x.flac")
    (tmp_path / "bad.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(AudioError, match=r"bad\.tar: not a tar file"):
        read_audio(tmp_path / "bad.tar/a.flac")
    with pytest.raises(AudioError, match="there is no such file"):
        read_audio(tmp_path / "none.tar/a.flac")


def test_files_of_a_folder_are_the_same_sound(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, 0, "files") as writer:
        path = writer.write(7, np.full(1600, 0.5, np.float32))
    assert path == "audio/00000/0000007.flac"
    assert soundfile.info(tmp_path / path).samplerate == 16_000
