"""What is to be written into a bot's files: gathered, shown as a diff, written in one go, taken back."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.interactive.yaml_edits import EditError, intents_with_examples, says, with_example, with_item, without_example
from dialogue.yaml_file import yaml_files

NLU, STORIES = Path("data") / "nlu.yml", Path("data") / "stories.yml"
_NEW_FILE = 'version: "3.1"\n'


@dataclass(frozen=True, slots=True)
class NewExample:
    """A sentence for an intent ('a+b' for a compound one): `marked` with its entities and cuts, `sentence` without."""

    intent: str
    marked: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story, as the lines of its item."""

    name: str
    lines: tuple[str, ...]


Change = NewExample | NewStory


@dataclass(frozen=True, slots=True)
class Draft:
    """Files as they are (None: not there) and as they shall be."""

    before: Mapping[Path, str | None]
    after: Mapping[Path, str]

    def diff(self, folder: Path) -> Iterator[str]:
        """Unified diff, by lines."""
        for path, new in self.after.items():
            name = path.relative_to(folder).as_posix()
            old = (self.before[path] or "").splitlines()
            yield from difflib.unified_diff(old, new.splitlines(), f"a/{name}", f"b/{name}", n=2, lineterm="")

    def write(self) -> None:
        """Put each file in its place at once: a reader sees the old one or the new one. Raises EditError where others wrote."""
        for path, before in self.before.items():
            if read(path) != before:
                raise EditError(f"{path}: was changed by somebody else meanwhile; nothing was saved")
        for path, text in self.after.items():
            _replace(path, text)

    def take_back(self) -> None:
        """The files as they were. Raises EditError where they were changed since."""
        for path, text in self.after.items():
            if read(path) != text:
                raise EditError(f"{path}: was changed since; it is left as it is")
        for path, before in self.before.items():
            if before is None:
                path.unlink()
            else:
                _replace(path, before)


def draft_of(folder: Path, changes: Sequence[Change]) -> Draft:
    """The changes worked into the bot's files. Raises EditError for a file that does not take them."""
    files = {path: read(path) or "" for path in yaml_files(folder / "data")} if (folder / "data").is_dir() else {}
    edited = dict(files)
    for change in changes:
        if isinstance(change, NewExample):
            _add_example(folder, edited, change)
        else:
            path = next((path for path, text in edited.items() if "\nstories:" in f"\n{text}"), folder / STORIES)
            edited[path] = with_item(edited.get(path, _NEW_FILE), "stories", change.lines)
    after = {path: text for path, text in edited.items() if text != files.get(path)}
    return Draft({path: files.get(path) for path in after}, after)


def read(path: Path) -> str | None:
    """A file with its line ends as they are; None where there is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _add_example(folder: Path, files: dict[Path, str], change: NewExample) -> None:
    """Put it under its intent, and take the same sentence away from any other."""
    for path, text in files.items():
        if change.sentence not in text and change.marked not in text:
            continue
        for intent in intents_with_examples(text):
            if intent == change.intent and says(text, intent, change.sentence):
                files[path] = _marked_anew(files[path], change)
                return
            if says(text, intent, change.sentence):
                files[path] = without_example(files[path], intent, change.sentence)
    for path, text in files.items():
        if change.intent not in text:
            continue
        added = with_example(text, change.intent, change.marked)
        if added is not None:
            files[path] = added
            return
    path = folder / NLU if folder / NLU in files else next((path for path, text in files.items() if "nlu:" in text), folder / NLU)
    item = (f"- intent: {change.intent}", "  examples: |", f"    - {change.marked}")
    files[path] = with_item(files.get(path, _NEW_FILE), "nlu", item)


def _marked_anew(text: str, change: NewExample) -> str:
    """The sentence is there already: what counts is how it is marked now."""
    less = without_example(text, change.intent, change.sentence)
    return with_example(less, change.intent, change.marked) or text


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, prefix=".", delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    written = Path(file.name)
    if path.exists():
        written.chmod(path.stat().st_mode & 0o777)
    else:
        written.chmod(0o644)
    written.replace(path)
