from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.contradictions import Script, conditional, with_forms, write
from deploy.bot_check import faults_of


@pytest.mark.parametrize("make", [conditional, with_forms])
def test_random_bots_have_no_other_errors_than_contradictions(
    tmp_path: Path, make: Callable[[random.Random], tuple[Script, Script]]
) -> None:
    for seed in range(5):
        bot = tmp_path / str(seed)
        write(bot, *make(random.Random(seed)))
        assert {fault.kind for fault in faults_of(bot) if fault.severity == "error"} <= {"contradiction"}


def test_a_bot_of_one_number_is_always_the_same() -> None:
    assert with_forms(random.Random(3)) == with_forms(random.Random(3))
