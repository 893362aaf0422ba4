import pytest

from asr.cer import cer, edit_distance, error_rate


@pytest.mark.parametrize(("heard", "said", "distance"), [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3)])
def test_edit_distance(heard: str, said: str, distance: int) -> None:
    assert edit_distance(heard, said) == distance


def test_error_rate_counts_characters_of_all_utterances_and_bounds_itself() -> None:
    rate = error_rate(["你好", "再见啊", "一千"], ["你好", "再见", "1000"])
    assert rate.n == 3
    assert rate.rate == pytest.approx(1 / 6)
    assert 0 <= rate.low <= rate.rate <= rate.high


def test_invented_words_over_silence_count_as_errors() -> None:
    assert cer("你好", "") == 2
    assert error_rate(["你好"], [""]).rate == 1
    assert error_rate([""], [""]).rate == 0
