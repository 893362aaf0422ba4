from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.bot_check import faults_of, language_of, load_usable
from dialogue.faults import BotFaults
from dialogue.linting.chinese import in_chinese

ROOT = Path(__file__).parents[2]
FAULTS = ROOT / "tests" / "data" / "faults"
VALID = (
    FAULTS / "shop",
    ROOT / "examples" / "cloud_sales",
    ROOT / "deploy" / "new_bot",
    *sorted(ROOT.glob("tests/data/bots/*")),
    *sorted(ROOT.glob("tests/deploy/rasa/bots/*")),
)


def cases() -> Iterator[Any]:
    for file in sorted((FAULTS / "cases").glob("*.yml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield pytest.param(_listed(case["change"]), case["faults"], id=f"{file.stem}: {case['name']}")


def _listed(changes: Any) -> Sequence[Mapping[str, Any]]:
    return changes if isinstance(changes, list) else [changes]


@pytest.mark.parametrize(("changes", "expected"), tuple(cases()))
def test_a_planted_fault_is_told_at_its_line_and_nothing_else_is(
    tmp_path: Path, changes: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]
) -> None:
    bot = Path(shutil.copytree(FAULTS / "shop", tmp_path / "shop"))
    for change in changes:
        _change(bot / change["file"], change)

    told = faults_of(bot)

    found = [(fault.place.file.relative_to(bot).as_posix(), fault.place.line, fault.kind, fault.severity) for fault in told]
    wanted = [(one["file"], _line(bot, one), one["kind"], one["severity"]) for one in expected]
    assert sorted(found) == sorted(wanted)
    for one in expected:
        assert any(one.get("said", "") in fault.what for fault in told), [fault.what for fault in told]


def _change(file: Path, change: Mapping[str, Any]) -> None:
    if change.get("delete"):
        file.unlink()
        return
    if "new" in change:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(change["new"], encoding="utf-8")
        return
    text = file.read_text(encoding="utf-8")
    if "append" in change:
        file.write_text(text + change["append"], encoding="utf-8")
        return
    assert text.count(change["replace"]) == 1
    file.write_text(text.replace(change["replace"], change["by"]), encoding="utf-8")


def _line(bot: Path, expected: Mapping[str, Any]) -> int:
    """The line where the text `at` begins, or the `line`-th of it; a `$` at its end is the end of the file."""
    at: str = expected["at"]
    if not at:
        return 1
    text = (bot / expected["file"]).read_text(encoding="utf-8")
    start = text.rindex(at[:-1]) if at.endswith("$") else text.index(at)
    return text.count("\n", 0, start) + int(expected.get("line", 1))


@pytest.mark.parametrize("bot", sorted((FAULTS / "valid").iterdir()), ids=lambda bot: bot.name)
def test_a_bot_as_rasas_documentation_writes_them_raises_not_even_a_hint(bot: Path) -> None:
    assert [str(fault) for fault in faults_of(bot)] == []


@pytest.mark.parametrize("bot", VALID, ids=lambda bot: bot.name)
def test_a_valid_bot_raises_no_alarm(bot: Path) -> None:
    assert [str(fault) for fault in faults_of(bot) if fault.severity != "hint"] == []


@pytest.mark.skipif("XIANGYIN_DATA" not in os.environ, reason="XIANGYIN_DATA is not set: bots that others wrote")
def test_bots_that_others_wrote_are_told_only_what_is_so() -> None:
    """Sentences under two intents, an intent that the domain lacks, a form without a question: Rasa warns of them, too."""
    folder = Path(os.environ["XIANGYIN_DATA"]) / "rasa_bots"
    bots = [folder / "carbon-bot", *sorted((folder / "rasa-form-examples").iterdir())]
    told = {bot.name: [fault for fault in faults_of(bot) if fault.severity != "hint"] for bot in bots}
    assert [fault for faults in told.values() for fault in faults if fault.severity == "error"] == []
    assert [
        (name, fault.kind, fault.place.line)
        for name, faults in told.items()
        for fault in faults
        if fault.kind != "contradicting_example"
    ] == [("carbon-bot", "intent", 2523), ("03-simple-form", "endless_form", 49)]


def test_a_bot_with_errors_is_refused_and_one_with_warnings_is_not(tmp_path: Path) -> None:
    bot = Path(shutil.copytree(FAULTS / "shop", tmp_path / "shop"))
    with (bot / "data" / "nlu.yml").open("a", encoding="utf-8") as file:
        file.write("- intent: nobody\n  examples: |\n    - 嗯\n")
    assert load_usable(bot).version
    with (bot / "data" / "rules.yml").open("a", encoding="utf-8") as file:
        file.write("- rule: x\n  steps: [{intent: affirm}, {action: utter_nothing}]\n")
    with pytest.raises(BotFaults, match=r"rules\.yml:42: rule 'x' uses the response 'utter_nothing'"):
        load_usable(bot)


@pytest.mark.parametrize("text", ["", "- a\n", "intents: 1\nslots: [a]\nforms: {f: [", "\t", "intents:\n- a: {b: [}\n", "\x00"])
def test_nothing_that_stands_in_a_file_makes_it_fail(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    for name in ("domain.yml", "data/rules.yml", "bot.yml", "config.yml", "endpoints.yml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert isinstance(faults_of(tmp_path), tuple)


SLIPS = ("\t", ":", "- ", "[", "{", "'", "|", "&a ", "*a", "!!int ", "~", "#", "\n", "<<: ", "? ", "，", "@", "---\n")


def test_no_slip_of_the_hand_makes_it_fail(tmp_path: Path) -> None:
    chance = random.Random(5)
    bot = Path(shutil.copytree(FAULTS / "shop", tmp_path / "shop"))
    files = sorted(bot.rglob("*.yml"))
    for _ in range(60):
        file = chance.choice(files)
        sound = file.read_text(encoding="utf-8")
        at = chance.randrange(len(sound))
        slip = chance.choice(SLIPS) if chance.random() < 0.6 else ""
        file.write_text(f"{sound[:at]}{slip}{sound[at + chance.randint(0, 9) :]}", encoding="utf-8")
        assert all(str(fault) and in_chinese(fault.what) for fault in faults_of(bot))
        file.write_text(sound, encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "system", "language"), [("language: zh\n", "en_US.UTF-8", "zh"), ("", "zh_CN.UTF-8", "zh"), ("", "C", "en")]
)
def test_faults_are_told_in_the_bots_language_else_in_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, system: str, language: str
) -> None:
    (tmp_path / "domain.yml").write_text("intents: []\n", encoding="utf-8")
    (tmp_path / "bot.yml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("LC_ALL", system)
    assert language_of(tmp_path) == language
