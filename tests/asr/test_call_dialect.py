import pytest

from asr.call_dialect import after, expecting
from asr.transcript import Transcript

LONG = "你们啥子时候开门嘛"


def turn(dialect: str, odds: float, text: str = LONG) -> Transcript:
    others = [code for code in ("cmn", "yue", "cmn-sichuan", "cmn-wu", "cmn-dongbei") if code != dialect]
    rest = tuple((code, (1 - odds) / len(others)) for code in others)
    return Transcript(text, dialect, 0.9, dialects=((dialect, odds), *rest))


def test_before_the_first_word_the_expected_dialects_share_the_odds() -> None:
    belief = expecting(("cmn", "yue"))
    assert dict(belief.odds)["yue"] == pytest.approx(0.4)
    assert sum(odds for _, odds in belief.odds) == pytest.approx(1.0)
    assert expecting(()).best == "cmn"


def test_one_turn_heard_wrongly_does_not_change_the_callers_dialect() -> None:
    belief = expecting(("cmn", "cmn-sichuan", "cmn-wu"))
    for odds in (0.9, 0.8):
        belief = after(belief, turn("cmn-sichuan", odds))
    sure = belief.sure
    belief = after(belief, turn("cmn-wu", 0.7))
    assert belief.best == "cmn-sichuan"
    assert belief.sure < sure


def test_a_dialect_that_nobody_expected_is_believed_after_some_turns() -> None:
    belief = expecting(("cmn",))
    found = []
    for _ in range(4):
        belief = after(belief, turn("cmn-dongbei", 0.95))
        found.append(belief.best)
    assert found[0] == "cmn"
    assert found[-1] == "cmn-dongbei"


def test_another_person_at_the_telephone_is_noticed() -> None:
    belief = expecting(("cmn", "yue"))
    for _ in range(20):
        belief = after(belief, turn("cmn", 0.99))
    for _ in range(3):
        belief = after(belief, turn("yue", 0.97))
    assert belief.best == "yue"


def test_silence_tells_nothing_and_a_short_word_little() -> None:
    belief = expecting(("cmn", "yue"))
    assert after(belief, turn("yue", 0.9, text="")) == belief
    short, long = (after(belief, turn("yue", 0.9, text)) for text in ("喂", LONG))
    assert dict(short.odds)["yue"] < dict(long.odds)["yue"]


def test_a_recogniser_without_odds_is_believed_as_often_as_such_are_right() -> None:
    belief = after(expecting(("cmn", "yue")), Transcript(LONG, "yue", 0.9))
    assert belief.best == "yue"
