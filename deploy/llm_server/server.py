"""A model server that we start, wait for, start again when it dies, and end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing

from deploy.llm_server.child import Child
from deploy.llm_server.launch import Engine, Launch, LlmServerError
from dialogue.adapters.reconciling import ReplicaError, VllmReplica

READY_WITHIN_S = 900.0
"""A base of 7B from a network file system; vLLM on a CPU that is busy with other things."""
TOLD_EACH_S = 10.0
LOOKED_EACH_S = 0.25
FAILURES = 5
"""Starts in a row that fail before we give up; each waits twice as long as the one before, from one second on."""
KEY = "SERVE_LLM_KEY"
Tell = Callable[[str], None]


class LlmServer:
    """One server of an engine. `stopping` ends every wait."""

    def __init__(self, engine: Engine, launch: Launch, tell: Tell, stopping: threading.Event, shown: Tell | None = None) -> None:
        """`tell` gets what happens, in words; `shown` every line that the program prints."""
        self.launch = launch
        self.starts = 0
        self._engine = engine
        self._tell = tell
        self._shown = shown
        self._stopping = stopping
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        return None if self._child is None else self._child.pid

    @property
    def died(self) -> bool:
        """Whether it ended without being asked to."""
        return self._child is not None and self._child.status is not None

    def start(self) -> float:
        """Start it and wait until it answers; seconds taken. Raises LlmServerError where it does not come up."""
        from deploy.gateway.server import open_port

        launch, begun = self.launch, time.monotonic()
        self._engine.check(launch)
        open_port(launch.host, launch.port, "--port").close()
        self._tell(f"{self._engine.name} is starting with {launch.base.name} as '{launch.model}' on {launch.url} ...")
        self._child = Child(self._engine.command(launch), self._engine.environment(launch), self._shown)
        self.starts += 1
        try:
            self._wait(begun)
        except LlmServerError:
            self.end()
            raise
        return time.monotonic() - begun

    def restart(self) -> float:
        """Start it again after it died; seconds taken. Raises LlmServerError after several failures in a row."""
        why = "it was ended" if self._child is None else self._child.why()
        for failed in range(FAILURES):
            self._tell(f"{self._engine.name} is gone ({why}); it is started again")
            self.end()
            if self._stopping.wait(2.0**failed):
                return 0.0
            try:
                return self.start()
            except ValueError as fault:  # PortError: another's program, or a socket that is still closing
                why = str(fault)
        raise LlmServerError(f"{self._engine.name} did not come up again in {FAILURES} tries: {why}")

    def adapters(self) -> list[str]:
        """The names of the adapters that it holds; none where it does not answer."""
        with closing(self._replica()) as replica:
            try:
                return sorted(replica.adapters())
            except ReplicaError:
                return []

    def end(self) -> None:
        """End it with everything that it started."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _wait(self, begun: float) -> None:
        """Until it lists its models."""
        told = begun
        with closing(self._replica()) as replica:
            while not self._answers(replica):
                now = time.monotonic()
                if self._child is None or self._child.status is not None:
                    ended = "" if self._child is None else f" (status {self._child.status}): {self._child.why()}"
                    raise LlmServerError(f"{self._engine.name} ended while it was starting{ended}")
                if now - begun > READY_WITHIN_S:
                    raise LlmServerError(f"{self._engine.name} was not ready within {READY_WITHIN_S:.0f} s: {self._child.why()}")
                if now - told >= TOLD_EACH_S:
                    told = now
                    self._tell(f"{self._engine.name} is starting, {now - begun:.0f} s ...")
                if self._stopping.wait(LOOKED_EACH_S):
                    return

    def _replica(self) -> VllmReplica:
        return VllmReplica(self.launch.url, KEY if self.launch.key else "", {KEY: self.launch.key})

    def _answers(self, replica: VllmReplica) -> bool:
        try:
            replica.adapters()
        except ReplicaError:
            return False
        return True
