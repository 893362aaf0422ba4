"""What a model server is started with, and by which program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dialogue.adapters.reconciling import Wanted

CONTEXT = 2048
"""Tokens of a prompt and its answer: persona, facts and a dozen utterances are some hundreds. More costs memory for each call."""


class LlmServerError(ValueError):
    """A model server that cannot be started, or did not come up; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Launch:
    """One model server. `model` is the name of the base in requests."""

    base: Path
    model: str = "base"
    host: str = "127.0.0.1"
    port: int = 8100
    max_rank: int = 16
    """The highest rank of an adapter that it will be able to load."""
    rooms: int = 4
    """Adapters that may answer in one batch; more take turns."""
    context: int = CONTEXT
    template: Path | None = None
    """Chat template of the adapters, where the base has none or another."""
    fixed: tuple[Wanted, ...] = ()
    """Adapters that it holds from the start, beside the registry's."""
    key: str = ""
    """What requests must carry; none: anyone who reaches the port."""

    @property
    def url(self) -> str:
        """Where this machine reaches it, up to and with /v1."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://[{host}]:{self.port}/v1" if ":" in host else f"http://{host}:{self.port}/v1"


class Engine(Protocol):
    """A program that serves a base and its adapters by OpenAI's and vLLM's protocol."""

    @property
    def name(self) -> str: ...

    def check(self, launch: Launch, /) -> None:
        """Raises LlmServerError for what is missing."""
        ...

    def command(self, launch: Launch, /) -> Sequence[str]: ...

    def environment(self, launch: Launch, /) -> Mapping[str, str]:
        """What it needs beside this process's own environment; what that one says of the same names holds."""
        ...
