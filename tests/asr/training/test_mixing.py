"""Shares of corpora in a pass."""

from collections import Counter

from asr.training.mixing import pass_of

OWNERS = [0] * 10 + [1] * 30


def test_without_shares_a_pass_hears_everything_once() -> None:
    assert pass_of(OWNERS, (), None, seed=7, epoch=3) == list(range(40))


def test_each_corpus_has_its_share_of_every_pass() -> None:
    for epoch in range(3):
        heard = pass_of(OWNERS, (0.5, 0.5), 20, seed=7, epoch=epoch)
        assert Counter(OWNERS[index] for index in heard) == {0: 10, 1: 10}


def test_every_clip_is_heard_before_any_is_heard_again() -> None:
    passes = [pass_of(OWNERS, (1, 3), 16, seed=7, epoch=epoch) for epoch in range(5)]
    times = Counter(index for heard in passes for index in heard)
    assert set(times.values()) == {2}
    assert len(times) == 40


def test_a_bounded_pass_goes_on_where_the_last_one_ended_and_is_repeatable() -> None:
    first, second = (pass_of(OWNERS, (), 20, seed=7, epoch=epoch) for epoch in range(2))
    assert sorted(first + second) == list(range(40))
    assert first == pass_of(OWNERS, (), 20, seed=7, epoch=0)
    assert first != pass_of(OWNERS, (), 20, seed=8, epoch=0)
