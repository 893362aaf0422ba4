"""A program that runs as long as we do: its last lines are remembered, and it is ended with everything that it started."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from deploy.llm_server.watch import Watch

REMEMBERED = 400
"""Lines: a traceback of vLLM's engine and the one of its server behind it are some 150."""
ENDS_WITHIN_S = 20.0
"""vLLM answers what it has begun, then ends its engine and worker."""
_ERROR = re.compile(r"(?<!`)\b\w*(?:Error|Exception)\b: .+|\berror: .+")
"""Not the errors that a warning speaks of, between backticks."""
_SHOWN = 300


class Child:
    """One run of a program, in a process group of its own: Ctrl-C reaches us alone, and the whole group can be ended.

    It ends as well when this process is killed and can end nothing any more.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], told: Callable[[str], None] | None = None) -> None:
        """Start it; `told` gets each line that it prints. What `environment` says stands behind what this process's own does."""
        self._lines: deque[str] = deque(maxlen=REMEMBERED)
        self._told = told
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment, **os.environ},
            process_group=0,
            text=True,
            errors="replace",
        )
        self._watch = Watch(self._process.pid, ENDS_WITHIN_S)
        self._reading = threading.Thread(target=self._read, name="server-output", daemon=True)
        self._reading.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status (below 0: minus the signal's number); None while it runs."""
        return self._process.poll()

    def why(self) -> str:
        """What tells why it ended: the signal, or what it said last."""
        if self.status is not None and self.status < 0:
            return f"killed by {signal.Signals(-self.status).name}"
        if self.status is not None:
            self._reading.join(timeout=2.0)  # until its last line is read
        return told_why(self._lines)

    def end(self) -> None:
        """Ask it to end, then end what is left: vLLM's engine and worker outlive a server that was killed."""
        if self.status is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDS_WITHIN_S)
        with contextlib.suppress(ProcessLookupError):  # nobody is left of its group
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reading.join(timeout=2.0)
        if self._process.stdout is not None and not self._reading.is_alive():
            self._process.stdout.close()
        self._watch.dismiss()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.append(line.rstrip())
            if self._told is not None:
                self._told(line.rstrip())


def told_why(lines: Iterable[str]) -> str:
    """The first and the last error among the lines (the first is the cause), else the last ones."""
    kept = [line for line in lines if line.strip()]
    errors = [found.group() for line in kept if (found := _ERROR.search(line))]
    chosen = list(dict.fromkeys((errors[0], errors[-1]))) if errors else [line.strip() for line in kept[-3:]]
    return " | ".join(line[:_SHOWN] for line in chosen) or "it said nothing"
