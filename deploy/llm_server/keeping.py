"""Keeps model servers as they are wanted: ours is started again when it dies, and every one gets the adapters it lacks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from deploy.llm_server.server import LlmServer, Tell
from dialogue.adapters.reconciling import Drift
from dialogue.adapters.watch import Watch
from dialogue.store import StoreError

log = logging.getLogger(__name__)

LOOKED_EACH_S = 0.5
"""How soon a server that died is noticed."""


def keep(server: LlmServer | None, watch: Watch | None, tell: Tell, stopping: threading.Event) -> None:
    """Until `stopping` is set. Raises LlmServerError where our server cannot be started again."""
    looked_at = 0.0
    while not stopping.is_set():
        if server is not None and server.died:
            seconds = server.restart()
            tell(f"it answers again after {seconds:.0f} s")
            looked_at = 0.0
        if watch is not None and time.monotonic() - looked_at >= watch.adapters.settings.look_s:
            looked_at = time.monotonic()
            bring(watch, tell)
        stopping.wait(LOOKED_EACH_S)


def bring(watch: Watch, tell: Tell) -> Sequence[Drift]:
    """One round: load what the registry wants, unload what it no longer wants; what changed is told."""
    try:
        watch.adapters.refresh()
    except StoreError as fault:
        log.warning("adapters cannot be looked after: %s", fault)
        return ()
    drifts = watch.reconcile()  # which logs what it could not do
    for drift in drifts:
        news = [*(f"loaded {name}" for name in drift.loaded), *(f"unloaded {name}" for name in drift.unloaded)]
        if news:
            tell(f"{drift.replica}: {'; '.join(news)}")
    return drifts
