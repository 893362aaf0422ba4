"""Which version of the bot a conversation goes on with."""

from __future__ import annotations

import math

from dialogue.store import StoredEnd

IDLE_S = 3600.0
"""A conversation that was silent for so long goes on with the newest version, even where its session never expires."""
_ENDED = "session_ended"


def held_version(end: StoredEnd | None, now: float, expires_s: float) -> str:
    """The id of the version that the conversation began its session with; empty where it is free to take the newest.

    `end` is its last stored event, `expires_s` the session expiry (0: never), `now` in seconds since 1970.
    """
    if end is None or end.type == _ENDED:
        return ""
    patience_s = min(IDLE_S, expires_s if expires_s > 0 else math.inf)
    return end.version if now - end.at <= patience_s else ""
