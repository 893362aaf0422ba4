"""Who may talk to the gateway: keys from a file, and which hosts and origins are taken without one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

MIN_KEY = 16
"""Characters of the shortest key taken: 16 of base64 are 96 bits, beyond guessing over a network."""
SUBPROTOCOL = "xiangyin"
"""A browser's WebSocket cannot set headers: it offers the subprotocols 'xiangyin' and 'key.KEY'."""


class KeysError(ValueError):
    """A keys file that cannot be used; the message begins with file:line and never shows a key."""


class Scope(Enum):
    """What a key opens. `widget` keys may stand in a public page: they open the chat and voice sockets and the page only."""

    ALL = "all"
    WIDGET = "widget"


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its SHA-256, so that no listing of this object shows it."""

    digest: bytes
    scope: Scope


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of a gateway; none at all means: this machine only."""

    keys: tuple[Key, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keys)

    def scope_of(self, offered: str) -> Scope | None:
        """What an offered key opens, None for an unknown one. Looks at every key, in constant time each."""
        digest = hashlib.sha256(offered.encode()).digest()
        found: Scope | None = None
        for key in self.keys:
            if hmac.compare_digest(key.digest, digest):
                found = key.scope
        return found


def read_keys(path: Path) -> Keys:
    """Read a keys file: one key a line, optionally followed by ` widget`; '#' begins a comment. Raises KeysError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or "it is not UTF-8 text"
        raise KeysError(f"{path}: the keys cannot be read: {reason}") from None
    keys = tuple(_key(line, f"{path}:{number}") for number, line in _content(lines))
    if not keys:
        raise KeysError(f"{path}:1: there is no key in this file; put one on each line")
    return Keys(keys)


def _content(lines: Iterable[str]) -> Iterable[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        text = line.split("#", 1)[0].strip()
        if text:
            yield number, text


def _key(text: str, place: str) -> Key:
    secret, _, scope = text.partition(" ")
    if len(secret) < MIN_KEY:
        raise KeysError(f"{place}: a key needs {MIN_KEY} characters or more, this one has {len(secret)}")
    if not secret.isascii():
        raise KeysError(f"{place}: a key is made of ASCII characters")
    try:
        return Key(hashlib.sha256(secret.encode()).digest(), Scope(scope.strip() or "all"))
    except ValueError:
        raise KeysError(f"{place}: after the key may stand 'all' or 'widget', got '{scope.strip()}'") from None


def bearer(authorization: str) -> str:
    """The key of an Authorization header, '' where it is not `Bearer KEY`."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def subprotocol_key(offered: str) -> str:
    """The key among the WebSocket subprotocols offered (`xiangyin, key.KEY`), '' where there is none."""
    for name in offered.split(","):
        if name.strip().startswith("key."):
            return name.strip().removeprefix("key.")
    return ""


def is_local(host: str) -> bool:
    """Whether a Host header or an Origin names this machine; guards a gateway without keys against DNS rebinding."""
    try:
        name = urlsplit(host if "//" in host else f"//{host}").hostname
    except ValueError:
        return False
    return name in ("localhost", "127.0.0.1", "::1")
