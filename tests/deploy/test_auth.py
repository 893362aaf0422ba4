from __future__ import annotations

from pathlib import Path

import pytest

from deploy.auth import KeysError, Scope, read_keys


def write(folder: Path, text: str) -> Path:
    path = folder / "keys.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_keys_are_read_with_their_scope_and_not_kept_as_text(tmp_path: Path) -> None:
    keys = read_keys(write(tmp_path, "# the office\nabcdefgh01234567\n\nqrstuvwx01234567 widget  # the web page\n"))
    assert keys.scope_of("abcdefgh01234567") is Scope.ALL
    assert keys.scope_of("qrstuvwx01234567") is Scope.WIDGET
    assert keys.scope_of("") is None
    assert "abcdefgh" not in repr(keys)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# nothing\n", "keys.txt:1: there is no key"),
        ("fine-0123456789ab\nshort\n", "keys.txt:2: a key needs 16 characters or more, this one has 5"),
        ("abcdefgh01234567 admin\n", "keys.txt:1: after the key may stand 'all' or 'widget', got 'admin'"),
        ("密钥密钥密钥密钥密钥密钥密钥密钥\n", "keys.txt:1: a key is made of ASCII characters"),
    ],
)
def test_a_keys_file_with_a_fault_is_told_by_line_without_the_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(KeysError) as fault:
        read_keys(write(tmp_path, text))
    assert told in str(fault.value)
    assert "short" not in str(fault.value).split(": ", 1)[1].replace("shorter", "")


def test_a_missing_keys_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match=r"nothing\.txt: the keys cannot be read: No such file"):
        read_keys(tmp_path / "nothing.txt")
