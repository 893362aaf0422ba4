"""Sentences cut into known words."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.pinyin import dictionary
from nlu.tagger.inputs import COLUMNS, features, known_hashes, rows_of
from nlu.tagger.words import Words, WordsError, read_words

LIST = "拉杆箱 30 n\n拉杆 20 n\n箱 10 n\n化妆 50 v\n我 900 r\n要 800 v\n\n罕 1 g\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_the_likeliest_cut_is_taken(listed: Path) -> None:
    cut = read_words(listed).cut("我要化妆拉杆箱x")
    assert [(one.start, one.end, one.kind) for one in cut] == [(0, 1, "r"), (1, 2, "v"), (2, 4, "v"), (4, 7, "n"), (7, 8, "?")]


def test_rare_words_are_left_out(listed: Path) -> None:
    assert "罕" not in read_words(listed, min_count=2).entries


def test_a_list_is_written_as_it_is_read(listed: Path, tmp_path: Path) -> None:
    words = read_words(listed)
    again = tmp_path / "again.txt"
    again.write_text("\n".join(words.lines()), encoding="utf-8")
    assert read_words(again) == words


def test_a_list_of_another_form_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("手机 30 n\n面膜,12\n", encoding="utf-8")
    with pytest.raises(WordsError, match=r"wrong\.txt:2: a line is `word count kind`"):
        read_words(path)


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match="cannot be read"):
        read_words(tmp_path / "nowhere.txt")


def test_unknown_features_have_no_row_and_sounds_are_shared() -> None:
    first, second = (features(text, Words(), dictionary()) for text in ("云服务器", "允服务器"))
    known = known_hashes([first], 1)
    assert rows_of(first, known).min(initial=1) == 0  # without words their columns are absent
    same = (rows_of(first, known) == rows_of(second, known)).sum()
    assert (same > COLUMNS * 3) & (same < first.size)
    assert not rows_of(features("完全不同", Words(), dictionary()), known)[:, 0].any()
