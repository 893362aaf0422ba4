"""What bot.yml says alike of every server that is asked while somebody waits: its address, its key, how long, how often."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import urlsplit

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class Server(Protocol):
    """The settings of one."""

    @property
    def url(self) -> str: ...
    @property
    def key_env(self) -> str: ...
    @property
    def deadline_s(self) -> float: ...
    @property
    def retries(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def rest_s(self) -> float: ...


def check_server(server: Server, variable: str) -> None:
    """Raises ValueError for what cannot be; `variable` is an example of a name for the key's environment variable."""
    if urlsplit(server.url).scheme not in ("http", "https"):
        raise ValueError(f"'url' must begin with http:// or https://, got '{server.url}'")
    if server.key_env and not _VARIABLE.fullmatch(server.key_env):  # the message must not quote it: it may be the key
        raise ValueError(f"'key_env' must be the name of an environment variable ({variable}), not the key itself")
    if server.deadline_s <= 0 or server.rest_s <= 0:
        raise ValueError("'deadline_s' and 'rest_s' must be above 0 seconds")
    if not 0 <= server.retries <= 5:
        raise ValueError(f"'retries' must be between 0 and 5, got {server.retries}")
    if server.failures < 1:
        raise ValueError(f"'failures' must be 1 or more, got {server.failures}")
