"""Bots made ready for Rasa: copies in which only the policies are trained, with test stories of their own or walked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.rasa.walks import walks, write

HERE = Path(__file__).parent
TESTS = ("tests", "test_stories")
"""Where bots keep their test stories."""
PLAIN = ({"name": "MemoizationPolicy"}, {"name": "RulePolicy"})
AUGMENTED = ({"name": "AugmentedMemoizationPolicy", "max_history": 4}, {"name": "RulePolicy"})
SHORT = ({"name": "MemoizationPolicy", "max_history": 3}, {"name": "RulePolicy", "core_fallback_threshold": 0.4})


@dataclass(frozen=True, slots=True)
class StoryBot:
    """A bot to compare on. `policies` None: as its config.yml says. `walked`: conversations made up from its own files."""

    name: str
    folder: Path
    policies: Sequence[dict[str, Any]] | None = None
    walked: int = 0
    seed: int = 1


def prepared(bot: StoryBot, into: Path) -> Path:
    """A copy that Rasa can train without the bot's pipeline, its stories in tests/test_*.yml."""
    copy = into / bot.name
    shutil.copytree(bot.folder, copy, ignore=shutil.ignore_patterns("models", ".rasa", ".xiangyin", "actions", *TESTS))
    _configure(copy, bot.policies)
    (copy / "tests").mkdir()
    for number, file in enumerate(test_files(bot.folder)):
        shutil.copy(file, copy / "tests" / f"test_{number}.yml")
    if bot.walked:
        write(list(walks(copy, bot.walked, bot.seed)), copy / "tests" / "test_walks.yml")
    return copy


def test_files(folder: Path) -> Iterator[Path]:
    """The test stories of a bot as others wrote it."""
    for name in TESTS:
        yield from sorted((folder / name).rglob("*.yml"))


def _configure(copy: Path, policies: Sequence[dict[str, Any]] | None) -> None:
    """One tokenizer is all the pipeline that stories need."""
    file = copy / "config.yml"
    config = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    kept = config.get("policies") if policies is None else list(policies)
    written = {
        "recipe": "default.v1",
        "assistant_id": "compared",
        "language": "en",
        "pipeline": [{"name": "WhitespaceTokenizer"}],
        "policies": kept,
    }
    file.chmod(0o644) if file.is_file() else None
    file.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")
