"""The full training of a bot's understanding beside the running gateway: a process of its own, at low priority.

python -m deploy.versions.background BOT VERSION
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

NICENESS = 10
"""Calls go first: the training takes what they leave of the cores."""
CHANGED = 3
"""Exit status: the files are no longer those that were to be trained from."""
_ENDS_WITHIN_S = 5.0


def main(folder: Path, version: str) -> int:
    """Train the bot of this folder, if its files are still of this version."""
    from deploy.bot_models import model_folder, train_into
    from dialogue.bot_files import load_bot

    os.nice(NICENESS)
    try:
        bot = load_bot(folder)
        if bot.version != version:
            return CHANGED
        train_into(bot, model_folder(bot))
    except ValueError as fault:  # faults of the files or of the data, each told in one line
        print(fault, file=sys.stderr)
        return 1
    return 0


class BackgroundTraining:
    """One training under way. The gateway looks now and then whether it is through."""

    def __init__(self, folder: Path, version: str) -> None:
        self.version = version
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the process
        command = [sys.executable, "-m", "deploy.versions.background", str(folder.resolve()), version]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said
        )

    def wait(self, within_s: float) -> None:
        """Until it is over. Raises subprocess.TimeoutExpired."""
        self._process.wait(within_s)

    def is_over(self) -> bool:
        return self._process.poll() is not None

    def found_others(self) -> bool:
        """Whether it gave up since the files had changed before it read them."""
        return self._process.poll() == CHANGED

    def fault(self) -> str:
        """Why it came to nothing, in one line; empty where it did not."""
        status = self._process.wait()
        if status in (0, CHANGED):
            return ""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"the training ended with status {status}"

    def stop(self) -> None:
        """End it, whether it is through or not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._said.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
