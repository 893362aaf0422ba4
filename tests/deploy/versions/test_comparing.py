"""What is different between two versions."""

from __future__ import annotations

from deploy.versions.comparing import compare

OLD = {"domain.yml": "一\n二\n三\n".encode(), "data/a.yml": b"a\n", "endpoints.yml": b"token: s3cret\n"}
NEW = {"domain.yml": "一\n两\n三\n四\n".encode(), "data/b.yml": b"b\n", "endpoints.yml": b"token: other\n"}


def test_each_file_that_differs_is_told_with_its_lines() -> None:
    found = compare(OLD, NEW)
    assert [(one.path, one.kind, one.added, one.removed) for one in found] == [
        ("data/a.yml", "removed", 0, 1),
        ("data/b.yml", "added", 1, 0),
        ("domain.yml", "changed", 2, 1),
        ("endpoints.yml", "changed", 1, 1),
    ]
    assert found[2].lines == ("@@ -1,3 +1,4 @@", " 一", "-二", "+两", " 三", "+四")


def test_what_may_hold_a_password_is_not_shown() -> None:
    assert compare(OLD, NEW)[3].lines == ()
    (found,) = compare({"channels/credentials.yaml": b"token: s3cret"}, {"channels/credentials.yaml": b"token: other"})
    assert found.lines == ()


def test_the_same_files_have_no_difference() -> None:
    assert compare(OLD, dict(OLD)) == ()
