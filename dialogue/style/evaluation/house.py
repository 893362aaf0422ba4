"""What a house's voice keeps to: a YAML file beside its samples, filled into HouseVoice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.yaml_file import fill, read


@dataclass(frozen=True, slots=True)
class HouseVoice:
    """The rules that an evaluation counts by.

    `address`: how customers are addressed; 您 forbids 你. `phrases`: an answer should hold one of these. `steps`: for answers to
    complaints, each step by the words of which one must stand there, in this order. `forbidden`: never said; `bot`: a bot's
    folder whose facts/promises.yml forbids more. `terms`: wording that the house does not use, and what it says instead.
    `shortest` and `longest`: characters. `samples`: what the voice was trained on, for copies; `voices`: samples of all voices by
    name, to tell them apart; `voice`: which of them this is.
    """

    voice: str = ""
    address: str = "您"
    phrases: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = (
        ("抱歉", "对不起", "对不住", "不好意思", "理解您"),
        ("负责", "跟进", "登记", "记录", "记下", "处理", "查", "落实"),
        ("小时", "分钟", "之前", "今天", "马上给您", "回电", "答复"),
    )
    forbidden: tuple[str, ...] = ()
    bot: Path | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    shortest: int = 2
    longest: int = 80
    samples: tuple[Path, ...] = ()
    voices: Mapping[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shortest > self.longest:
            raise ValueError(f"'shortest' ({self.shortest}) is more than 'longest' ({self.longest})")
        if self.voices and self.voice not in self.voices:
            raise ValueError(f"'voice' must be one of {', '.join(self.voices)}, got '{self.voice}'")


def read_house(path: Path) -> HouseVoice:
    """The rules of a file. Raises YamlError."""
    return fill(HouseVoice, read(path), str(path))
