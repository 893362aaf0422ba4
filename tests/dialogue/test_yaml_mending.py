from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.yaml_mending import mend, read_mended

FILE = Path("rules.yml")
GOOD = "- rule: {0}\n  steps:\n  - intent: greet\n  - action: utter_{0}\n"


def names(text: str) -> tuple[list[str], list[int]]:
    """The rules that were read, and the lines of the faults."""
    found = mend(text, FILE)
    rules = () if found.root is None else found.root.mapping("it")["rules"].items("rules")
    return [rule.mapping("a rule")["rule"].text("name") for rule in rules], [error.place.line for error in found.errors]


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("- rule: bad\n\tsteps:\n", 7),
        ("- rule: bad\n   steps:\n", 7),
        ('- rule: "bad\n  steps: []\n', 6),
        ("- rule: bad\n  steps: [{intent: greet}\n", 7),
        ("- rule: bad: worse\n", 6),
    ],
    ids=["tab", "indentation", "quotation mark", "bracket", "two colons"],
)
def test_only_the_broken_item_is_left_out(broken: str, line: int) -> None:
    assert names(f"rules:\n{GOOD.format('a')}{broken}{GOOD.format('b')}") == (["a", "b"], [line])


def test_several_broken_items_are_all_told() -> None:
    bad = "- rule: bad\n   steps:\n"
    assert names(f"rules:\n{bad}{GOOD.format('a')}{bad}{GOOD.format('b')}{bad}") == (["a", "b"], [3, 9, 15])


def test_what_stood_in_the_broken_item_is_known() -> None:
    assert mend("rules:\n- rule: bad\n   steps: utter_quote\n", FILE).lost >= {"bad", "utter_quote"}


def test_other_sections_of_the_file_are_read() -> None:
    found = mend('intents:\n- greet\n- "bye\nactions:\n- action_x\nslots:\n\ta: 1\n', FILE)
    assert [error.place.line for error in found.errors] == [3, 7]
    assert found.root is not None
    assert found.root.plain()["actions"] == ["action_x"]


@pytest.mark.parametrize("colon", ["", "：", " "])
def test_a_section_without_its_colon_is_one_fault_and_is_read_nevertheless(colon: str) -> None:
    found = mend(f"intents: [greet]\nresponses{colon}\n  utter_a:\n  - text: 您好\n  utter_b:\n  - text: 再见\n", FILE)
    assert [error.place.line for error in found.errors] == [2]
    assert "behind 'responses' a colon is wanted" in found.errors[0].what
    assert found.root is not None
    assert list(found.root.mapping("it")["responses"].mapping("it")) == ["utter_a", "utter_b"]


@pytest.mark.parametrize("broken", ["- rule： bad\n  steps: []\n", "- rule: bad\n  steps：\n  - intent: greet\n"])
def test_a_full_width_colon_is_told_by_name_in_its_line(broken: str) -> None:
    found = mend(f"rules:\n{GOOD.format('a')}{broken}{GOOD.format('b')}", FILE)
    line = 6 if "rule：" in broken else 7
    assert [(error.place.line, "an ASCII one (:)" in error.what) for error in found.errors] == [(line, True)]


@pytest.mark.parametrize(
    ("broken", "line", "told"),
    [
        ("- rule bad\n  steps: []\n", 6, "behind 'rule' a colon is wanted"),
        ("- rule: bad\n  steps []\n  condition: []\n", 7, "behind 'steps' a colon is wanted"),
        ("- rule: bad\n\u3000\u3000steps: []\n", 7, "a full-width blank"),
        ("- rule: 价格: 九折\n  steps: []\n", 6, "between quotation marks"),
        ("- rule: bad\n  examples:\n  - [8核](cpu)的\n  - 你好\n", 7, "a bar is wanted"),
    ],
)
def test_what_people_do_most_often_is_told_by_name_in_its_line(broken: str, line: int, told: str) -> None:
    (error,) = mend(f"rules:\n{GOOD.format('a')}{broken}{GOOD.format('b')}", FILE).errors
    assert error.place.line == line
    assert told in error.what


def test_a_dash_without_its_blank_is_one_fault_and_its_item_is_read() -> None:
    found = mend("intents:\n  - hello\n  -greet\n  - bye\nnlu:\n- intent: hello\n  examples: |\n    -hello there\n", FILE)
    assert [(error.place.line, "a blank is wanted" in error.what) for error in found.errors] == [(3, True)]
    assert found.root is not None
    assert found.root.plain()["intents"] == ["hello", "greet", "bye"]
    assert found.root.plain()["nlu"][0]["examples"] == "-hello there\n"


def test_the_marks_of_a_merge_are_one_fault_in_their_first_line() -> None:
    text = f"rules:\n{GOOD.format('a')}<<<<<<< HEAD\n{GOOD.format('b')}=======\n{GOOD.format('c')}>>>>>>> other\n"
    assert names(text) == (["a", "b", "c"], [6])


def test_a_control_character_is_told_in_its_line() -> None:
    told = mend("rules:\n- rule: a\n  steps: []\x08\n", FILE).errors
    assert [(error.place.line, "(U+0008)" in error.what) for error in told] == [(3, True)]


def test_a_sound_file_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text(f"rules:\n{GOOD.format('a')}", encoding="utf-8")
    assert read_mended(file).errors == ()
    assert read_mended(file).lost == frozenset()


@pytest.mark.parametrize("text", ["{", "a: [", "- [\n- ]", "\x00", "rules:\n- a\n---\nb: 1\n", "'" * 7, "- a\n" * 50 + "{"])
def test_no_text_whatever_makes_it_fail(text: str) -> None:
    assert mend(text, FILE).errors


def test_a_file_that_cannot_be_opened_is_one_error(tmp_path: Path) -> None:
    (error,) = read_mended(tmp_path / "none.yml").errors
    assert error.kind == "missing_file"
