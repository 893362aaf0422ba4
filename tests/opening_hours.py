"""An intent that operators add to the bot that `xiangyin init` makes."""

from __future__ import annotations

from pathlib import Path

from benchmarks.hot_reload import EXAMPLES

HOURS = f"\n{EXAMPLES}"


def add_hours(folder: Path) -> None:
    """To the domain, and with its examples in a file of its own."""
    domain = (folder / "domain.yml").read_text(encoding="utf-8").replace("intents:\n", "intents:\n  - opening_hours\n", 1)
    (folder / "domain.yml").write_text(domain, encoding="utf-8")
    (folder / "data" / "hours.yml").write_text(f'version: "3.1"\nnlu:{HOURS}', encoding="utf-8")
