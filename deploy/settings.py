"""What the running program is told from outside: the gateway's settings and the environment, each read in one place."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.auth import Keys

MAX_BODY = 64 * 1024
"""Bytes of a request's body or of one WebSocket frame: 20 ms of audio are 640, a message 6,000."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """One gateway process. Times in seconds, sizes in bytes."""

    host: str = "127.0.0.1"
    port: int = 8000
    audiosocket_port: int | None = 9092
    """None: no telephony port."""
    keys: Keys = field(default_factory=Keys)
    max_turns: int = 64
    """Turns under way or waiting at once. At 10 ms a turn on two cores the last of them waits 0.3 s; more get 503."""
    max_chats: int = 1000
    """Open chat windows; an idle one costs some 50 KB."""
    max_calls: int = 20
    """Calls at once, what design.md asks of one core; a further caller hears the busy tone."""
    turn_threads: int = 4
    max_message: int = 2000
    """Characters of one typed message, as bot.yml's channels.text.max_chars says."""
    drain_s: float = 20.0
    """How long a stopping gateway waits for turns and calls; container platforms kill after 30 s."""

    def __post_init__(self) -> None:
        if not self.keys and self.host not in LOOPBACK:
            raise SettingsError(
                f"--host {self.host}: without keys the gateway listens on this machine only; "
                "give a file of keys with --keys FILE or in credentials.yml (xiangyin: {keys: FILE})"
            )


UNSET_DATA = "${XIANGYIN_DATA} is not set: point it at the folder of the public data (export XIANGYIN_DATA=FOLDER)"
_VARIABLE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}")


def expand(text: str, where: str, environment: Mapping[str, str] = os.environ) -> str:
    """`text` with ${NAME} replaced from the environment, ${NAME:-other} by `other` where that is not set.

    Raises SettingsError, beginning with `where`, for an unset one that has no other.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if environment.get(name):
            return environment[name]
        if match.group(2) is not None:
            return match.group(2)
        raise SettingsError(f"{where}: " + (UNSET_DATA if name == "XIANGYIN_DATA" else f"${{{name}}} is not set"))

    return _VARIABLE.sub(value, text)


def first_process(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process writes what all made: torchrun and accelerate number those they start in RANK."""
    return environment.get("RANK", "0") == "0"


def bot_keys_file(bot_folder: Path) -> Path | None:
    """The file of keys that the bot's credentials.yml names (`xiangyin: {keys: FILE}`), or None."""
    from dialogue.yaml_file import read, refuse_unknown

    path = bot_folder / "credentials.yml"
    if not path.is_file():
        return None
    ours = read(path).mapping("credentials.yml").get("xiangyin")
    if ours is None:
        return None
    refuse_unknown(ours, ("keys",), "xiangyin")
    named = ours.mapping("xiangyin").get("keys")
    return None if named is None else bot_folder / named.text("keys")
