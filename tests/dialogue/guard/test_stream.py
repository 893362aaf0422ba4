"""Sentences as they come from a model."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.facts import Facts, Promises
from dialogue.guard import Guard, GuardContext, Verdict, guarded

GUARD = Guard(Facts(promises=Promises(may=("开通后五天内可以退",), never=("免审核退款",))))


def test_a_sentence_is_handed_on_before_the_next_one_comes() -> None:
    order: list[str] = []

    def model() -> Iterator[str]:
        for sentence in ("您好。", "开通后五天内可以退，按天数扣。"):
            order.append(f"worded {sentence}")
            yield sentence

    for sentence in guarded(model(), GUARD, GuardContext()):
        order.append(f"heard {sentence}")
    assert order[:3] == ["worded 您好。", "heard 您好。", "worded 开通后五天内可以退，按天数扣。"]


def test_the_reply_ends_where_a_sentence_is_stopped() -> None:
    stopped: list[Verdict] = []
    heard = list(guarded(["您好。", "我们免审核退款。", "您放心。"], GUARD, GuardContext(), stopped.append))
    assert heard == ["您好。"]
    assert [(one.kind, one.words) for one in stopped] == [("promise", "免审核退款")]


def test_a_piece_that_ends_at_a_comma_waits_for_the_rest_of_its_sentence() -> None:
    assert list(guarded(["免审核退款，", "这个没有。", "您好。"], GUARD, GuardContext())) == ["免审核退款，这个没有。", "您好。"]
    assert list(guarded(["免审核退款，", "放心吧。"], GUARD, GuardContext())) == []


def test_a_reply_broken_off_behind_such_a_piece_is_not_heard() -> None:
    stopped: list[Verdict] = []
    assert list(guarded(["免审核退款，"], GUARD, GuardContext(), stopped.append)) == []
    assert len(stopped) == 1
