"""The files of the dialect lexicon are sound, row by row."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from nlu.dialects import DialectFileError, normalise, read_words, standard
from nlu.dialects.lexicon import FILES, OWN
from nlu.dialects.word_order import read_orders
from nlu.text import fold

ENTRIES = standard().entries


def test_there_are_words_enough_in_every_dialect() -> None:
    assert len(ENTRIES) >= 1500
    for name in FILES:
        assert sum(entry.dialect == name for entry in ENTRIES) >= 200, name


def test_every_row_has_a_source_and_a_kind() -> None:
    assert [entry.origin for entry in ENTRIES if not entry.source or not entry.kind] == []
    assert [order.origin for order in standard().orders if not order.source] == []


def test_no_word_means_itself_and_all_are_folded() -> None:
    assert [entry.origin for entry in ENTRIES if entry.word == fold(entry.mandarin)] == []
    assert [entry.origin for entry in ENTRIES if entry.mandarin != fold(entry.mandarin) and entry.mandarin.isascii()] == []
    assert [entry.origin for entry in ENTRIES if entry.word != fold(entry.word)] == []


def test_two_meanings_in_one_dialect_have_a_note() -> None:
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in ENTRIES:
        meanings[entry.dialect, entry.word].add(entry.mandarin)
    several = {key for key, found in meanings.items() if len(found) > 1}
    assert [entry.origin for entry in ENTRIES if (entry.dialect, entry.word) in several and not entry.note] == []


def test_no_row_stands_twice() -> None:
    rows = [(entry.dialect, entry.word, entry.mandarin) for entry in ENTRIES]
    assert len(rows) == len(set(rows))


def test_every_context_is_a_regular_expression() -> None:
    for entry in ENTRIES:
        for frame in entry.condition.frames:
            re.compile(frame.left)
            re.compile(frame.right)


def test_a_word_alone_in_its_dialect_is_found() -> None:
    """What needs no context is replaced by its meaning, so that no row is dead."""
    lexicon = standard()
    for entry in ENTRIES:
        if entry.condition.evident and not entry.condition.frames:
            found = lexicon.longest(entry.word, 0, {entry.dialect})
            assert found is not None, entry.origin
            assert found.word == entry.word, entry.origin


def test_mandarin_that_comes_out_is_not_changed_again() -> None:
    assert [entry.origin for entry in ENTRIES if normalise(entry.mandarin).words] == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("几多", r"words.tsv:1: .* is not a row of word<TAB>Mandarin"),
        ("几多\t", r"words.tsv:1: .* is not a row"),
        ("几多\t多少\tquantity\t钱", r"words.tsv:1: '钱' in the column `when` should be `dialect`, LEFT_RIGHT or !LEFT_RIGHT"),
        ("几多\t多少\tquantity\t(_钱", r"words.tsv:1: '\(_钱' in the column `when` is no regular expression"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "words.tsv"
    path.write_text(row + "\n", encoding="utf-8")
    with pytest.raises(DialectFileError, match=fault):
        read_words(path)


def test_words_of_ones_own_hold_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("# ours\n\n盒盒\t服务器\n", encoding="utf-8-sig")
    (entry,) = read_words(path)
    assert (entry.word, entry.mandarin, entry.dialect, entry.origin) == ("盒盒", "服务器", OWN, "words.tsv:3")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{x}先>\t先{x}\tyue", r"orders.tsv:1: 3 columns"),
        ("{x先>\t先{x}\tyue\t\tbook", r"orders.tsv:1: '\{x先>' is no pattern"),
    ],
)
def test_a_wrong_word_order_is_told_with_its_place(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "orders.tsv"
    path.write_text(row + "\n", encoding="utf-8")
    with pytest.raises(DialectFileError, match=fault):
        read_orders(path)
