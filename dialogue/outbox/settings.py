"""What bot.yml says of the programs that messages are sent to (`webhooks: {NAME: ...}`)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
"""${NAME}, which stands for a value of the environment."""
_LOGIN = re.compile(r"^(\w+://)?.*@", re.DOTALL)


class TargetError(ValueError):
    """A webhook that cannot be written to as things stand; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One receiver. Addresses and headers may hold ${NAME}, which is taken from the environment when something is sent."""

    url: str
    secret_env: str = ""
    """Name of the environment variable with the secret that the messages are signed with; none: they are not signed."""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 10.0
    attempts: int = 20
    """Tries before a message is put aside; with the pauses below that is half a day."""
    first_pause_s: float = 5.0
    """Pause after the first try; each further one is twice as long, less up to half of it by chance."""
    longest_pause_s: float = 3600.0
    plain_http: bool = False
    """Allows http:// to another machine: what customers said then crosses the network readable to all."""

    def __post_init__(self) -> None:
        if self.secret_env and not _NAME.fullmatch(self.secret_env):  # the message must not quote it: it may be the secret
            raise ValueError("'secret_env' must be the name of an environment variable (CRM_SECRET), not the secret itself")
        if not self.url.startswith("${"):
            check_address(self.url, self.plain_http)
        if self.timeout_s <= 0 or self.first_pause_s <= 0:
            raise ValueError("'timeout_s' and 'first_pause_s' must be above 0 seconds")
        if self.longest_pause_s < self.first_pause_s:
            raise ValueError(f"'longest_pause_s' must not be below 'first_pause_s', got {self.longest_pause_s}")
        if self.attempts < 1:
            raise ValueError(f"'attempts' must be 1 or more, got {self.attempts}")

    def pause_s(self, attempts: int) -> float:
        """The longest pause after this many tries."""
        return min(self.first_pause_s * 2.0 ** min(attempts - 1, 30), self.longest_pause_s)


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook with the environment's values filled in. Its repr shows none of them."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 10.0


def target_of(name: str, settings: WebhookSettings, environment: Mapping[str, str]) -> Target:
    """Raises TargetError for a variable that is not set, and for an address that cannot be."""

    def value(variable: str) -> str:
        if not environment.get(variable):
            raise TargetError(f"webhook '{name}': the environment variable '{variable}' is not set")
        return environment[variable]

    def filled_in(text: str) -> str:
        return _VARIABLE.sub(lambda found: value(found.group(1)), text)

    url = filled_in(settings.url)
    try:
        check_address(url, settings.plain_http)
    except ValueError:
        raise TargetError(f"webhook '{name}': its address must begin with https://") from None
    secret = value(settings.secret_env) if settings.secret_env else ""
    headers = {key: filled_in(text) for key, text in settings.headers.items()}
    return Target(url, secret, headers, settings.timeout_s)


def check_address(url: str, plain_http: bool) -> None:
    """Raises ValueError for what is no address, and for one over which customers' data would travel readable."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError(f"'url' must begin with https://, got '{_shown(url)}'")
    if parts.scheme == "http" and not plain_http and not _is_loopback(host):
        raise ValueError(
            f"'url' must begin with https://, got '{_shown(url)}'; 'plain_http: true' allows it where the network is yours"
        )


def _shown(url: str) -> str:
    """The address without its user and password."""
    return _LOGIN.sub(r"\1***@", url)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
