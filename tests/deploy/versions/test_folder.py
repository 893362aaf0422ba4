"""When saved files count as saved, and how they are put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.versions.archive import VersionsError
from deploy.versions.folder import MISSED_S, QUIET_S, Watch, put_back, read_files, signature
from tests.deploy.versions.small_bot import FILES, write

A, B, C = {"a.yml": (1, 1, 1)}, {"a.yml": (2, 1, 1)}, {"a.yml": (2, 1, 1), "b.yml": (2, 1, 2)}


def test_a_burst_of_saves_is_one_change() -> None:
    watch = Watch.of(A, 0.0)
    assert not watch.look(B, 1.0)
    assert not watch.look(C, 1.0 + QUIET_S)
    assert not watch.look(C, 1.0 + 1.9 * QUIET_S)
    assert watch.look(C, 1.0 + 2 * QUIET_S)


def test_what_is_as_it_was_taken_up_is_no_change() -> None:
    watch = Watch.of(A, 0.0)
    assert not watch.look(A, 10.0)
    assert not watch.look(B, 11.0)
    assert not watch.look(A, 11.1)
    assert not watch.look(A, 20.0)


def test_a_file_that_vanished_is_waited_for() -> None:
    watch = Watch.of(C, 0.0)
    assert not watch.look(B, 1.0)
    assert not watch.look(B, 1.0 + QUIET_S)
    assert watch.look(B, 1.0 + MISSED_S)


def test_a_file_renamed_over_another_is_a_change_even_with_its_time_and_size(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = signature(tmp_path)
    stat = (tmp_path / "bot.yml").stat()
    beside = tmp_path / "bot.yml.new"
    beside.write_bytes((tmp_path / "bot.yml").read_bytes())
    beside.replace(tmp_path / "bot.yml")
    assert (tmp_path / "bot.yml").stat().st_size == stat.st_size
    assert signature(tmp_path) != before


def test_tests_hidden_files_and_texts_are_no_part_of_a_version(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = signature(tmp_path)
    write(
        tmp_path,
        {"tests/test_stories.yml": "x", ".xiangyin/a.yml": "x", "README.md": "x", ".domain.yml.swp": "x", "keys.txt": "x"},
    )
    assert signature(tmp_path) == before
    assert set(read_files(tmp_path)) == set(FILES)


def test_files_are_put_back_whole(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "bot.yml").chmod(0o600)
    before = read_files(tmp_path)
    write(tmp_path, {"domain.yml": "changed", "data/more.yml": "new", "bot.yml": "changed"})
    (tmp_path / "data" / "rules.yml").unlink()
    put_back(before, tmp_path)
    assert read_files(tmp_path) == before
    assert (tmp_path / "bot.yml").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.rglob("*.writing"))


def test_a_file_that_cannot_be_put_back_leaves_all_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = read_files(tmp_path)
    (tmp_path / "facts").write_text("in the way")
    with pytest.raises(VersionsError, match=r"the files cannot be put back \((Not a directory|File exists)\)"):
        put_back({**before, "domain.yml": b"other", "facts/prices.csv": b"id"}, tmp_path)
    assert read_files(tmp_path) == before
    assert not list(tmp_path.rglob("*.writing"))


def test_a_file_that_cannot_be_renamed_into_place_leaves_all_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = read_files(tmp_path)
    write(tmp_path, {"facts/prices.csv/in_the_way": "x"})
    with pytest.raises(VersionsError, match=r"prices\.csv.*the files cannot be put back"):
        put_back({"domain.yml": b"other", "actions.yml": b"new", "facts/prices.csv": b"id"}, tmp_path)
    assert read_files(tmp_path) == before
    assert not list(tmp_path.rglob("*.writing"))
