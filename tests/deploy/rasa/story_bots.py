"""Bots made ready for Rasa: copies in which only the policies are trained, with their own test stories or walked ones."""

from __future__ import annotations

import hashlib
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
LEFT_OUT = ("models", ".rasa", ".xiangyin", "actions", *TESTS)
PLAIN = ({"name": "MemoizationPolicy"}, {"name": "RulePolicy"})
AUGMENTED = ({"name": "AugmentedMemoizationPolicy", "max_history": 4}, {"name": "RulePolicy"})
SHORT = ({"name": "MemoizationPolicy", "max_history": 3}, {"name": "RulePolicy", "core_fallback_threshold": 0.4})
LEARNING = ("TEDPolicy", "UnexpecTEDIntentPolicy")
"""Policies that take minutes to train and decide by a network."""


@dataclass(frozen=True, slots=True)
class StoryBot:
    """A bot to compare on. `policies` None: as its config.yml says. `walked`: conversations made up from its own files."""

    name: str
    folder: Path
    policies: Sequence[dict[str, Any]] | None = None
    walked: int = 0
    seed: int = 1
    tested: bool = True
    """Whether its own test stories are used."""


def all_bots(data: Path | None, initial: Path | None, walked: int) -> list[StoryBot]:
    """The bots of rasa_bots, `rasa init`'s, and those beside the tests. Where a bot's policies learn, its walks go without."""
    folders = {} if initial is None else {"rasa init": initial}
    folders |= {file.parent.name: file.parent for file in sorted(data.rglob("config.yml"))} if data is not None else {}
    folders |= {bot.name: bot for bot in sorted((HERE / "bots").iterdir())}
    folders |= {bot.name: bot for bot in sorted((HERE.parents[1] / "data" / "bots").iterdir())}
    found: list[StoryBot] = []
    for name, folder in folders.items():
        if learns(folder):
            found.append(StoryBot(name, folder, walked=0 if any(test_files(folder)) else walked))
            found.append(StoryBot(f"{name}, walked", folder, PLAIN, walked, tested=False))
        else:
            found.append(StoryBot(name, folder, walked=walked))
        found.append(StoryBot(f"{name}, augmented", folder, AUGMENTED, walked, 2, tested=False))
    return found


def learns(folder: Path) -> bool:
    """Whether the bot's policies have a network among them; none at all stands for Rasa's usual ones, which have."""
    policies = _config(folder).get("policies") or [{"name": "TEDPolicy"}]
    return any(policy["name"] in LEARNING for policy in policies)


def prepared(bot: StoryBot, into: Path) -> Path:
    """A copy that Rasa can train without the bot's pipeline, its stories in tests/test_*.yml."""
    copy = into / bot.name.replace(", ", "-").replace(" ", "-")
    shutil.copytree(bot.folder, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), copy_function=shutil.copyfile)
    _configure(copy, bot.policies)
    (copy / "tests").mkdir()
    for number, file in enumerate(test_files(bot.folder) if bot.tested else ()):
        shutil.copyfile(file, copy / "tests" / f"test_{number}.yml")
    if bot.walked:
        write(list(walks(copy, bot.walked, bot.seed)), copy / "tests" / "test_walks.yml")
    return copy


def test_files(folder: Path) -> Iterator[Path]:
    """The test stories of a bot as others wrote it."""
    for name in TESTS:
        yield from sorted((folder / name).rglob("*.yml"))


def fingerprint(copy: Path) -> str:
    """Of all that Rasa is given: the same for the same files."""
    digest = hashlib.sha256()
    for file in sorted(copy.rglob("*.yml")):
        digest.update(file.relative_to(copy).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def _config(folder: Path) -> dict[str, Any]:
    file = folder / "config.yml"
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.is_file() else {}


def _configure(copy: Path, policies: Sequence[dict[str, Any]] | None) -> None:
    """One tokenizer is all the pipeline that stories need."""
    kept = _config(copy).get("policies") if policies is None else list(policies)
    written = {
        "recipe": "default.v1",
        "assistant_id": "compared",
        "language": "en",
        "pipeline": [{"name": "WhitespaceTokenizer"}],
        "policies": kept,
    }
    (copy / "config.yml").write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")
