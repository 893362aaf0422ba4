"""Which version a conversation goes on with."""

from __future__ import annotations

import pytest

from deploy.versions.held import IDLE_S, held_version
from dialogue.store import StoredEnd


@pytest.mark.parametrize(
    ("end", "expires_s", "version"),
    [
        (None, 600.0, ""),
        (StoredEnd(9_900.0, "action", "v1"), 600.0, "v1"),
        (StoredEnd(9_400.0, "action", "v1"), 600.0, "v1"),
        (StoredEnd(9_399.0, "action", "v1"), 600.0, ""),
        (StoredEnd(9_999.0, "session_ended", "v1"), 600.0, ""),
        (StoredEnd(10_000.0 - IDLE_S, "action", "v1"), 0.0, "v1"),
        (StoredEnd(9_999.0 - IDLE_S, "action", "v1"), 0.0, ""),
        (StoredEnd(9_999.0 - IDLE_S, "action", "v1"), 2 * IDLE_S, ""),
    ],
)
def test_a_conversation_keeps_its_version_while_its_session_goes_on(
    end: StoredEnd | None, expires_s: float, version: str
) -> None:
    assert held_version(end, 10_000.0, expires_s) == version
