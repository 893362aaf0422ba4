"""A watch over a program that we started: it ends when we are killed and can end nothing any more."""

from __future__ import annotations

import contextlib
import subprocess

_WATCH = """
read -r _ && exit 0
kill -s TERM -- "-$1"
for _ in $(seq "$2"); do kill -s 0 -- "-$1" || exit 0; sleep 1; done
kill -s KILL -- "-$1"
"""
"""A shell (1 MB): where its input ends before a line came, whoever held the other end is gone."""


class Watch:
    """One process group, watched from outside until `dismiss`.

    Not PR_SET_PDEATHSIG: it tells of the end of the thread that started a program, and tells that program alone.
    """

    def __init__(self, group: int, ends_within_s: float) -> None:
        """Whoever is left of the group so long after SIGTERM gets SIGKILL."""
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "watch", str(group), f"{ends_within_s:.0f}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    def dismiss(self) -> None:
        """The group has ended, or is no longer ours to end. Harmless when done before."""
        if self._shell.returncode is None:
            with contextlib.suppress(BrokenPipeError):  # someone ended the shell
                self._shell.communicate(b"done\n")
