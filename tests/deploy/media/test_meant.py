import pytest

from deploy.media.meant import is_meant

QUESTION, STATEMENT = "我帮您转给同事，可以吗？", "每年八千六百元。"


@pytest.mark.parametrize(
    ("text", "voiced_ms", "left_s", "bot_said", "meant"),
    [
        ("那这个的年费是多少", 1500, -2.0, STATEMENT, True),
        ("嗯", 200, -2.0, STATEMENT, True),
        ("", 200, -2.0, STATEMENT, False),
        ("", 400, -2.0, STATEMENT, True),
        (" ", 900, 0.5, STATEMENT, False),
        ("嗯", 200, 2.0, STATEMENT, False),
        ("好的", 300, 0.8, QUESTION, True),
        ("好的", 300, 3.0, QUESTION, False),
        ("能不能便宜一点", 1200, 3.0, STATEMENT, True),
    ],
)
def test_what_is_meant_for_the_bot(text: str, voiced_ms: int, left_s: float, bot_said: str, meant: bool) -> None:
    assert is_meant(text, voiced_ms, left_s, bot_said, barge_in=True) == meant


def test_a_bot_that_may_not_be_interrupted_hears_nothing_while_it_speaks() -> None:
    assert not is_meant("能不能便宜一点", 1200, 3.0, STATEMENT, barge_in=False)
    assert is_meant("能不能便宜一点", 1200, -0.1, STATEMENT, barge_in=False)
