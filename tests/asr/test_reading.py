import pytest

from asr.calibration import Calibration
from asr.reading import FEATURES, Evidence, Reading, confidence, join

SURE = Evidence(-0.05, -0.2, 2.0, -1.5, 0.05)
UNSURE = Evidence(-0.9, -2.5, 0.1, -5.0, 0.6)
BY_SOUND = Calibration(FEATURES, (5.0, 0.0, 0.0, 0.0, 0.0, 0.0), 3.0, 100)


def test_confidence_without_a_calibration_lies_between_0_and_1_and_rises_with_the_score() -> None:
    found = [confidence(score) for score in (-9.0, -1.0, -0.3, 0.0)]
    assert found == sorted(found)
    assert 0 < found[0] < found[-1] <= 1


def test_a_calibrated_turn_is_as_sure_as_its_windows_each_by_its_length() -> None:
    windows = [(Reading("要八核的", "cmn", -0.1, SURE),), (Reading("好啊", "cmn", -0.9, UNSURE),)]
    alone = [join([window], BY_SOUND).confidence for window in windows]
    assert alone[0] == pytest.approx(0.9399, abs=1e-3)
    assert join(windows, BY_SOUND).confidence == pytest.approx((4 * alone[0] + 2 * alone[1]) / 6)


def test_alternatives_come_from_a_turn_of_one_window() -> None:
    first = (Reading("四核的", "cmn", -0.1), Reading("是核的", "cmn", -0.4))
    assert [other.text for other in join([first]).alternatives] == ["是核的"]
    assert join([first, (Reading("谢谢", "cmn", -0.1),)]).alternatives == ()


def test_the_dialect_is_the_likeliest_of_all_windows_together() -> None:
    long = Reading("你们啥子时候开门嘛", "cmn-sichuan", -0.1, SURE, {"cmn": 0.2, "cmn-sichuan": 0.8})
    short = Reading("好", "cmn", -0.1, SURE, {"cmn": 0.9, "cmn-sichuan": 0.1})
    heard = join([(long,), (short,)])
    assert heard.dialect == "cmn-sichuan"
    assert [code for code, _ in heard.dialects] == ["cmn-sichuan", "cmn"]
    assert sum(odds for _, odds in heard.dialects) == pytest.approx(1.0)
    assert join([(Reading("好", "yue", -0.1),)]).dialect == "yue", "where no head tells the odds"


def test_nothing_read_is_silence() -> None:
    assert (join([]).text, join([]).confidence) == ("", 0.0)
