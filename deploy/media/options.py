"""How a bot talks on the telephone: the keys under `channels: voice:` in bot.yml."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asr.turn_end import TurnOptions
from dialogue.yaml_file import nearest


class CallOptionsError(ValueError):
    """A key under `channels: voice:` that is unknown or has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """Times of a call. Seconds end in _s, milliseconds in _ms."""

    silence_s: float = 6.0
    """How long the bot waits for an answer before it asks whether anyone is there."""
    silence_prompts: int = 2
    """How often it asks before it says goodbye (the rules say so as well: policies take the third silence as the end)."""
    end_silence_ms: int = 500
    """Silence that ends a turn. Shorter answers sooner, and cuts off people who think while they speak."""
    barge_in: bool = True
    barge_in_ms: int = 250
    """Speech that stops the bot; a shorter 嗯 does not."""
    max_turn_s: float = 20.0
    max_call_s: float = 3600.0
    record: bool = False
    """Keep a recording of every call under BOT/.xiangyin/recordings; callers must be told (announce it in the greeting)."""

    def __post_init__(self) -> None:
        if self.silence_s <= 0 or self.max_call_s <= 0:
            raise CallOptionsError("bot.yml: channels.voice: silence_s and max_call_s must be more than 0")
        try:
            _ = self.turns
        except ValueError as fault:
            raise CallOptionsError(f"bot.yml: channels.voice: {fault}") from None

    @property
    def turns(self) -> TurnOptions:
        return TurnOptions(end_silence_ms=self.end_silence_ms, max_turn_ms=round(self.max_turn_s * 1000))

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> CallOptions:
        """From bot.yml's mapping. Raises CallOptionsError for an unknown key or a value of another kind."""
        fields = {field.name: type(field.default) for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for key, value in settings.items():
            if key not in fields:
                raise CallOptionsError(f"bot.yml: channels.voice: unknown key '{key}'{nearest(key, fields)}")
            values[key] = _as(fields[key], key, value)
        return cls(**values)


def _as(kind: type, key: str, value: Any) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise CallOptionsError(f"bot.yml: channels.voice: {key} must be a {kind.__name__}, got {value!r}")
    return value
