"""Rows are split evenly, repeated and weighed where labels are rare, and dealt out anew each epoch."""

from __future__ import annotations

from collections import Counter

import pytest

from nlu.data import Example
from nlu.lora.rows import Row, RowsError, balanced_weights, batches, labels_of, over_sampled, rows_of, split

ROWS = tuple(Row(f"{label}-{at}", (label,)) for label, count in enumerate((40, 10, 1)) for at in range(count))


def test_each_label_is_held_out_in_proportion_and_none_whole() -> None:
    training, held_out = split(ROWS, 0.1, seed=0)
    assert Counter(row.labels for row in held_out) == {(0,): 4, (1,): 1}
    assert not set(training) & set(held_out)
    assert split(ROWS, 0, seed=0) == (ROWS, ())


def test_rare_labels_are_repeated_and_weigh_more() -> None:
    counts = Counter(row.labels[0] for row in over_sampled(ROWS, seed=0))
    assert counts == {0: 40, 1: 20, 2: 10}
    weights = balanced_weights(ROWS, 3)
    assert weights[0] < weights[1] < weights[2] == 10.0


def test_an_epoch_deals_every_row_once_in_an_order_of_its_own() -> None:
    lengths = [3, 9, 4, 8, 5, 7, 6]
    first, again, second = (batches(lengths, 2, epoch, seed=1) for epoch in (0, 0, 1))
    assert first == again != second
    assert sorted(at for batch in first for at in batch) == list(range(7))


def test_what_was_heard_is_a_row_of_its_own_and_doubles_are_left_out() -> None:
    examples = [Example("云服务器", ("ask",), asr="允服务器"), Example("云服务器", ("ask",)), Example("嗯")]
    assert rows_of(examples, labels_of(examples)) == (Row("云服务器", (0,)), Row("允服务器", (0,)), Row("嗯", ()))
    with pytest.raises(RowsError, match="two intents or more, got 1: ask"):
        labels_of(examples[:2])
