"""xiangyin versions, on a small bot of real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.versions.archive import Archive
from deploy.versions.folder import read_files
from deploy.versions.opening import versions_of
from dialogue.bot_files import version_of
from tests.deploy.versions.small_bot import FILES, change, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "bot", FILES)
    return tmp_path / "bot"


@pytest.fixture
def archive(folder: Path) -> Archive:
    """Two versions: the second one is dearer."""
    kept = versions_of(folder)
    kept.record(read_files(folder), version_of(folder), "start")
    change(folder / "domain.yml", "一百元", "两百元")
    kept.record(read_files(folder), version_of(folder), "files")
    return kept


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def test_versions_are_listed_with_the_one_in_the_folder(
    folder: Path, archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["versions", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[0] == "2"
    assert lines[1].endswith("in the folder")
    assert main(["versions", str(folder), "--json"]) == 0
    found = printed(capsys)
    assert found["in_folder"] == 2
    assert [one["number"] for one in found["versions"]] == [version.number for version in archive.versions()]


@pytest.mark.usefixtures("archive")
def test_two_versions_are_compared_line_by_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions", str(folder), "diff", "1", "2"]) == 0
    out = capsys.readouterr().out
    assert "domain.yml: changed, +1 -1" in out
    assert "-  utter_price: [{text: 一百元}]\n+  utter_price: [{text: 两百元}]" in out


def test_an_earlier_version_is_brought_back(folder: Path, archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions", str(folder), "rollback", "1", "--json"]) == 0
    assert printed(capsys) == {"version": 3, "of": 1}
    assert "一百元" in (folder / "domain.yml").read_text(encoding="utf-8")
    latest = archive.latest()
    assert latest is not None
    assert (latest.origin, latest.id) == ("rollback to 1", version_of(folder))


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rollback", "9"], "no version 9; there are 1 to 2"),
        (["diff", "1"], "'diff' takes 2 numbers of versions, got 1"),
        (["list", "1"], "'list' takes 0 numbers of versions, got 1"),
    ],
)
def test_a_version_that_is_not_there_is_one_line(
    folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["versions", str(folder), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_bot_that_never_ran_has_no_versions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions", str(folder)]) == 0
    assert "there is no version yet" in capsys.readouterr().out
