"""Versions of a bot's files, kept and found again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.versions import archive as archives
from deploy.versions.archive import SET_ASIDE, Archive, VersionsError
from dialogue.bot_files import hash_of

ROOT = Path(__file__).parents[3]
OLD = {"domain.yml": b"slots: {}", "data/nlu.yml": b"nlu: []"}
NEW = {**OLD, "data/nlu.yml": "nlu: [好]".encode()}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "versions", clock=lambda: 1000.0)


def test_versions_are_numbered_and_their_files_found_again(archive: Archive) -> None:
    first = archive.record(OLD, hash_of(OLD), "start")
    second = archive.record(NEW, hash_of(NEW), "files")
    assert (first.number, second.number, second.at, second.origin) == (1, 2, 1000.0, "files")
    assert [version.number for version in archive.versions()] == [2, 1]
    assert archive.content(archive.version(1)) == OLD
    assert archive.content(archive.version(2)) == NEW


def test_what_is_the_newest_already_makes_no_further_version(archive: Archive) -> None:
    assert archive.record(OLD, hash_of(OLD), "start") == archive.record(OLD, hash_of(OLD), "start")
    archive.record(NEW, hash_of(NEW), "files")
    assert archive.record(OLD, hash_of(OLD), "files").number == 3


def test_a_file_that_stays_is_kept_once(archive: Archive) -> None:
    archive.record(OLD, hash_of(OLD), "start")
    archive.record(NEW, hash_of(NEW), "files")
    assert len(list((archive.folder / "objects").iterdir())) == 3


def test_a_version_is_found_by_its_files_whatever_model_stood_in(archive: Archive) -> None:
    archive.record(OLD, f"{hash_of(OLD)}~0011aabb", "files")
    trained = archive.record(OLD, hash_of(OLD), "trained")
    assert archive.with_id(hash_of(OLD)) == archive.with_id(f"{hash_of(OLD)}~0011aabb") == trained
    assert archive.with_id("000000000000") is None


def test_files_that_never_ran_are_not_what_a_start_goes_back_to(archive: Archive) -> None:
    ran = archive.record(OLD, hash_of(OLD), "start")
    archive.record(NEW, hash_of(NEW), SET_ASIDE)
    assert archive.latest_that_ran() == ran


def test_a_missing_version_is_told_with_those_that_are_there(archive: Archive) -> None:
    with pytest.raises(VersionsError, match="no version 7; there is none yet"):
        archive.version(7)
    archive.record(OLD, hash_of(OLD), "start")
    with pytest.raises(VersionsError, match="no version 7; there are 1 to 1"):
        archive.version(7)


@pytest.mark.parametrize("damaged", [lambda _whole: b"rubbish", lambda whole: whole[:10] + b"\xff\xff" + whole[12:]])
def test_a_damaged_version_is_told(archive: Archive, damaged: Callable[[bytes], bytes]) -> None:
    version = archive.record(OLD, hash_of(OLD), "start")
    for path in (archive.folder / "objects").iterdir():
        path.write_bytes(damaged(path.read_bytes()))
    with pytest.raises(VersionsError, match=r"version 1 lacks its data/nlu\.yml"):
        archive.content(version)


@pytest.mark.parametrize("damage", ["", "[]", '{"number": 2, "id": 7, "at": 0, "origin": "files", "files": null}'])
def test_a_damaged_record_is_passed_over_and_told_once(archive: Archive, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    first = archive.record(OLD, hash_of(OLD), "start")
    archive.record(NEW, hash_of(NEW), "files")
    (archive.folder / "2.json").write_text(damage)

    assert archive.versions() == (first,)
    assert archive.latest() == archive.latest_that_ran() == archive.with_id(hash_of(OLD)) == first
    assert archive.record(NEW, hash_of(NEW), "files").number == 3
    assert len([record for record in caplog.records if "2.json" in record.getMessage()]) == 1
    with pytest.raises(VersionsError, match=r"2\.json: the version cannot be read"):
        archive.version(2)


def test_a_damaged_file_is_kept_anew_with_the_next_version_that_holds_it(archive: Archive) -> None:
    archive.record(OLD, hash_of(OLD), "start")
    for path in (archive.folder / "objects").iterdir():
        path.write_bytes(b"rubbish")
    archive.record(NEW, hash_of(NEW), "files")
    assert archive.content(archive.version(archive.record(OLD, hash_of(OLD), "files").number)) == OLD
    assert archive.content(archive.version(1)) == OLD


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("in the way")
    with pytest.raises(VersionsError, match="the version cannot be kept: Not a directory"):
        Archive(tmp_path / "versions").record(OLD, hash_of(OLD), "start")


def test_a_disk_without_room_leaves_no_half_version(archive: Archive) -> None:
    archive.record(OLD, hash_of(OLD), "start")
    script = (
        "import resource, sys; from pathlib import Path; from deploy.versions.archive import Archive, VersionsError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: Archive(Path(sys.argv[1])).record({'domain.yml': bytes(range(256)) * 400}, 'feedfeedfeed', 'files')\n"
        "except VersionsError as fault: print(fault)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, archive.folder], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "the version cannot be kept: File too large" in done.stdout
    assert [version.number for version in archive.versions()] == [1]
    assert not list((archive.folder / "objects").glob("writing-*"))


def test_two_processes_never_take_the_same_number(archive: Archive) -> None:
    script = (
        "import sys; from pathlib import Path; from deploy.versions.archive import Archive\n"
        "archive = Archive(Path(sys.argv[1]))\n"
        "for n in range(20): archive.record({'domain.yml': f'{sys.argv[2]}{n}'.encode()}, f'{sys.argv[2]}{n}', 'files')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, archive.folder, name], cwd=ROOT) for name in ("a", "b")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    versions = archive.versions()
    assert [version.number for version in versions] == list(range(40, 0, -1))
    assert len({version.id for version in versions}) == 40


def test_old_versions_go_and_what_they_alone_held(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "KEPT", 2)
    for number in range(4):
        archive.record({**OLD, "domain.yml": f"# {number}".encode()}, str(number), "files")
    assert [version.number for version in archive.versions()] == [4, 3]
    assert len(list((archive.folder / "objects").iterdir())) == 5, "young files may belong to a version about to be written"
    later = Archive(archive.folder, clock=lambda: 4e9)
    last = later.record({**OLD, "domain.yml": b"# 4"}, "4", "files")
    assert len(list((archive.folder / "objects").iterdir())) == len({*last.files.values(), *later.version(4).files.values()})
