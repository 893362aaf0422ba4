"""What `state:` of bot.yml names and nobody has, at its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dialogue.bot_files import read_bot
from dialogue.lint import lint

SAMPLE = Path(__file__).parents[3] / "examples" / "cloud_sales"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ignored = shutil.ignore_patterns(".xiangyin", "nlu_spoken.yml", "nlu_compound.yml")
    return Path(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("bot") / "bot", ignore=ignored))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (
            "  row: quoted",
            "  row: quotd",
            "'state' uses the slot 'quotd', which the domain does not list; did you mean 'quoted'?",
        ),
        ("{features: feature,", "{features: featur,", "'state' uses the entity 'featur'"),
        ("    human: [人工", "    humen: [人工", "'state' uses the intent 'humen'"),
        ("  table: prices\n  order", "  table: price\n  order", "'state' uses the table 'price'"),
        ("column: asked_as, entity: feature", "column: asked, entity: feature", "'state' uses the column 'asked'"),
        ("    cdn: cdn-2t", "    cdn: cdn-3t", "'state' names the row 'cdn-3t', which prices.csv does not have"),
    ],
)
def test_a_wrong_name_is_told_at_its_line(folder: Path, right: str, wrong: str, told: str) -> None:
    text = (SAMPLE / "bot.yml").read_text(encoding="utf-8")
    assert right in text
    (folder / "bot.yml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    found = [fault for fault in lint(read_bot(folder).bot) if told in fault.what]

    assert [fault.place.line for fault in found] == [line]
