"""The table of what transfer learning brought."""

from pathlib import Path

import pytest

from asr.evaluate import Heard
from asr.manifest import Clip
from asr.transcript import Transcript
from benchmarks.transfer import compare, markdown, put_into


def heard(text: str, said: str, dialect: str, condition: str, voice: str = "espeak") -> Heard:
    clip = Clip(Path(f"{said}{condition}{voice}"), said, dialect, "", 1.0, voice=voice, condition=condition)
    return Heard(clip, Transcript(text, dialect, 1.0), 0.01, 1.0)


SAID = (("要备份", "cmn", "wide"), ("幾多錢", "yue", "wide"), ("要八核嘅", "yue", "telephone_10dB"))
BASE = [heard(text, *said) for text, said in zip(("要备份", "几", "要"), SAID, strict=True)]
TUNED = [heard(text, *said) for text, said in zip(("要备份", "幾多钱", "要八核"), SAID, strict=True)]


def test_each_dialect_stands_with_the_error_before_and_after() -> None:
    rows = {row.name: row for row in compare(BASE, TUNED).dialects}
    assert rows["yue"].base.rate > 0.5
    assert rows["yue"].halved
    assert rows["cmn"].halved is None  # it was understood before
    assert rows["cmn"].tuned.rate == 0


def test_the_telephone_at_10_db_and_mandarin_have_tables_of_their_own() -> None:
    found = compare(BASE, TUNED)
    assert [row.name for row in found.telephone] == ["yue"]
    assert found.telephone[0].tuned.rate == pytest.approx(0.25)
    assert found.mandarin is not None
    assert found.mandarin.difference == 0
    assert "| yue | 1 | 0.7500 (0.7500-0.7500) | 0.2500 (0.2500-0.2500) | 33% | 75.0%, short of 89% |" in markdown(found)


def test_the_tables_are_written_once_and_again_in_the_same_place(tmp_path: Path) -> None:
    file = tmp_path / "results.md"
    file.write_text("# Results\n\nfirst\n", encoding="utf-8")
    put_into(file, "old\n")
    put_into(file, "new\n")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Results\n\nfirst\n\n## Transfer learning\n")
    assert text.count("new") == 1
    assert "old" not in text
