from __future__ import annotations

from pathlib import Path

from dialogue.faults import BotFaults, Fault
from dialogue.yaml_file import Place


def fault(file: str, line: int, what: str) -> Fault:
    return Fault(Place(Path(file), line), what)


def test_faults_are_told_once_each_by_file_and_line() -> None:
    found = BotFaults([fault("b.yml", 2, "x"), fault("a.yml", 10, "y"), fault("a.yml", 9, "z"), fault("b.yml", 2, "x")])

    assert [str(one) for one in found.faults] == ["a.yml:9: z", "a.yml:10: y", "b.yml:2: x"]
    assert str(found) == "a.yml:9: z (and 2 more; xiangyin validate shows all)"
    assert str(BotFaults([fault("a.yml", 1, "x")])) == "a.yml:1: x"
