"""A training's configuration as a model's card can hold it."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:  # Any: what YAML can hold
    """As YAML can hold it; of paths only the last two parts, since a model folder travels."""
    if isinstance(value, Path):
        return "/".join(value.parts[-2:])
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(one) for name, one in asdict(value).items()}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def changed(config: Any) -> dict[str, Any]:  # Any: a dataclass of settings
    """The settings that are not at their defaults."""
    return {one.name: plain(getattr(config, one.name)) for one in fields(config) if getattr(config, one.name) != one.default}
