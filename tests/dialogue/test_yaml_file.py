from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from dialogue.yaml_file import Node, YamlError, fill, parse, read, refuse_unknown, yaml_files

FILE = Path("bot.yml")


def tree(text: str) -> Node:
    return parse(text, FILE)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xef\xbb\xbfgreet: 1\n", {"greet": 1}),
        ("a: 您好\r\nb:\r\n  - 再见\r\n".encode(), {"a": "您好", "b": ["再见"]}),
        (b"", None),
        (b"# only a comment\n", None),
    ],
    ids=["byte order mark", "windows line ends", "empty", "comment"],
)
def test_files_as_editors_leave_them_are_read(tmp_path: Path, raw: bytes, expected: object) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(raw)

    assert read(file).plain() == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Yes", "Yes"),
        ("no", "no"),
        ("9:30", "9:30"),
        ("2026-11-22", "2026-11-22"),
        ("2026-13-45", "2026-13-45"),
        ("0571", "0571"),
        ("1_000", "1_000"),
        ("true", True),
        ("8", 8),
        ("-3", -3),
        ("2e-4", 0.0002),
        ("99.95", 99.95),
        ("~", None),
        ("'8'", "8"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(written: str, value: object) -> None:
    found = tree(f"a: {written}").plain()["a"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("raw", "line", "what"),
    [
        (b"a:\n\t- b\n", 2, "not with a tab"),
        (b"a: 1\nb: 2\na: 3\n", 3, "'a' stands twice; first at line 1"),
        (b"a: [1\n", 1, "not closed"),
        ("a: 1\nb: 您好\n".encode("gb18030"), 2, "save the file as UTF-8"),
        (b"a: &x [*x]\n", 1, "nests without end"),
        (b"a: !!int x\n", 1, "is not what"),
        (b"a: !!python/name:os.system x\n", 1, "could not determine a constructor"),
        (b"a: 1\n---\nb: 2\n", 2, "another document"),
        (b"a: *nowhere\n", 1, "undefined alias"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, raw: bytes, line: int, what: str) -> None:
    file = tmp_path / "a.yml"
    file.write_bytes(raw)

    with pytest.raises(YamlError) as fault:
        read(file)

    assert str(fault.value).startswith(f"{file}:{line}: ")
    assert what in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(YamlError, match=r"nothing\.yml:1: there is no such file"):
        read(tmp_path / "nothing.yml")
    with pytest.raises(YamlError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_every_value_and_every_key_has_its_place() -> None:
    root = tree("intents:\n- greet\n- goodbye\nresponses:\n  utter_greet:\n  - text: 您好\n")

    intents = root.value["intents"]
    assert [item.place.line for item in intents.value] == [2, 3]
    assert root.keys["responses"].line == 4
    assert root.value["responses"].keys["utter_greet"].line == 5


def test_the_wrong_kind_of_value_is_named() -> None:
    root = tree("a: text\nb: [1]\nc:\n")

    with pytest.raises(YamlError, match=r"bot\.yml:1: slots must be a mapping \(key: value\), got 'text'"):
        root.value["a"].mapping("slots")
    with pytest.raises(YamlError, match=r"bot\.yml:2: name must be text, got a list"):
        root.value["b"].text("name")
    assert root.value["c"].mapping("slots") == {}
    assert root.value["c"].items("steps") == ()


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    with pytest.raises(YamlError, match=r"bot\.yml:2: unknown key 'chanels' in bot; did you mean 'channels'\?"):
        refuse_unknown(tree("voices: 1\nchanels: 2"), ("voices", "channels"), "bot")


@dataclass(frozen=True, slots=True)
class Voice:
    engine: Literal["espeak", "openai"]
    rate_wpm: int = 165
    pitch: float = field(default=50.0, metadata={"aliases": ("tone",)})
    barge_in: bool = True
    variants: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    file: Path | None = None

    def __post_init__(self) -> None:
        if self.rate_wpm < 80:
            raise ValueError(f"'rate_wpm' must be 80 or more, got {self.rate_wpm}")


def test_a_dataclass_is_filled() -> None:
    text = "engine: espeak\nrate_wpm: 180\ntone: 2e1\nbarge_in: no\nvariants: f3\nscale: {T: 1024}\nfile: a.wav"

    voice = fill(Voice, parse(text, Path("bots/bot.yml")))

    assert voice == Voice("espeak", 180, 20.0, False, ("f3",), {"T": 1024.0}, Path("bots/a.wav"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rate_wpm: 180", "bot.yml:1: Voice lacks the key 'engine'"),
        ("engine: espaek", "bot.yml:1: 'engine' must be one of espeak, openai, got 'espaek'"),
        ("engine: espeak\nrate: 1", "bot.yml:2: unknown key 'rate' in Voice; did you mean 'rate_wpm'?"),
        ("engine: espeak\nrate_wpm: fast", "bot.yml:2: 'rate_wpm' must be a whole number, got 'fast'"),
        ("engine: espeak\nrate_wpm: 1.5", "bot.yml:2: 'rate_wpm' must be a whole number, got 1.5"),
        ("engine: espeak\nbarge_in: 1", "bot.yml:2: 'barge_in' must be true or false, got 1"),
        ("engine: espeak\npitch: 1\ntone: 2", "bot.yml:3: 'tone' says 'pitch' a second time in Voice"),
        ("engine: espeak\nrate_wpm: 1", "bot.yml:1: Voice: 'rate_wpm' must be 80 or more, got 1"),
    ],
)
def test_a_dataclass_is_not_filled_with_what_does_not_fit(text: str, fault: str) -> None:
    with pytest.raises(YamlError) as raised:
        fill(Voice, tree(text))

    assert str(raised.value) == fault


def test_files_are_listed_in_order_and_hidden_folders_left_out(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml", "sub/c.yml", ".xiangyin/model.yml", "notes.txt", "d.yxml"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()

    assert [path.relative_to(tmp_path).as_posix() for path in yaml_files(tmp_path)] == ["a.yaml", "b.yml", "sub/c.yml"]
