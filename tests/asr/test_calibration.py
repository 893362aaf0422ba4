from pathlib import Path

import pytest

from asr.calibration import Calibration, CalibrationError, calibration_error

FOUND = Calibration(("sound", "doubt"), (2.0, -1.0), 0.5, 80)


def test_a_calibration_survives_its_folder(tmp_path: Path) -> None:
    assert Calibration.read(tmp_path, FOUND.features) is None
    FOUND.write(tmp_path)
    assert Calibration.read(tmp_path, FOUND.features) == FOUND


def test_a_calibration_of_other_features_is_refused(tmp_path: Path) -> None:
    FOUND.write(tmp_path)
    with pytest.raises(CalibrationError, match="xiangyin calibrate"):
        Calibration.read(tmp_path, ("sound", "margin"))


def test_probability_is_a_logistic_function() -> None:
    assert FOUND.probability((-0.25, 0.0)) == pytest.approx(0.5)
    assert FOUND.probability((0.0, 0.0)) == pytest.approx(0.6225, abs=1e-4)
    assert FOUND.probability((-1e9, 0.0)) > 0


@pytest.mark.parametrize(
    ("told", "right", "error"),
    [((0.8, 0.8, 0.8, 0.8, 0.8), (1, 1, 1, 1, 0), 0.0), ((1.0, 1.0), (1.0, 0.0), 0.5), ((0.9, 0.1), (0.0, 1.0), 0.9)],
)
def test_calibration_error_is_how_far_off_confidence_is(told: tuple[float, ...], right: tuple[float, ...], error: float) -> None:
    assert calibration_error(told, right, [1.0] * len(told)) == pytest.approx(error)


def test_calibration_error_of_nothing_is_none() -> None:
    assert calibration_error((), (), ()) == 0.0
