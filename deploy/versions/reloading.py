"""Saved files become a version of the running bot: all of them together, or none of them.

`Reloader` looks at the folder every INTERVAL_S, in a thread. Files that have been still for QUIET_S are read, checked, made
ready, kept in the archive, and only then taken: from the save to the first turn it takes a second or two with the sample bot.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploy.bot_models import ReadyParser, at_hand, model_folder
from deploy.versions.archive import Version, VersionsError
from deploy.versions.background import BackgroundTraining
from deploy.versions.folder import Watch, read_files, signature
from deploy.versions.live import LiveBot
from deploy.versions.loading import Candidate, ChangingError, Opened, open_candidate, read_candidate, trained
from deploy.versions.rolling_back import put_files_back
from dialogue.bot_files import Bot, BotFaults, hash_of
from nlu import prototypes
from nlu.model_folder import ModelError

log = logging.getLogger(__name__)

INTERVAL_S = 0.2
"""Between two looks at the folder; a look at the sample bot's files takes less than a millisecond."""
TIDY_S = 30.0
"""Between two looks for versions that nobody is with any more."""
RETRY_S = 30.0
"""Between two tries to take up sound files or a trained version that could not be kept, the disk being full."""
READINGS = 3
"""Tries to read files that a rollback has just put back."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the files as they lie there are not in effect."""

    at: float
    """Seconds since 1970."""
    faults: tuple[str, ...]
    """One line each, with file:line where it concerns a file."""
    sound: bool = False
    """The files are sound, but they could not be kept: it is tried again."""


class Reloader:
    """Keeps a LiveBot at the state of its folder."""

    def __init__(self, live: LiveBot, watch: Watch) -> None:
        self.live = live
        self.refused: Refused | None = None
        """None: what runs is what lies in the folder."""
        self.training_fault = ""
        """Why the last full training came to nothing."""
        self.changed: Callable[[Bot], object] = lambda _bot: None
        """Is told of each new version, in the reloader's thread."""
        self._watch = watch
        self._taking = threading.Lock()
        self.training: BackgroundTraining | None = None
        """The full training that goes on beside, if one does."""
        self._waiting: Candidate | None = None
        self._trained_unkept = False
        """The full training is through, but what it made could not be kept: it is tried again."""
        self._warmed: threading.Thread | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
        self._tidied_at = self._tried_at = time.monotonic()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Watch no more; a training under way is given up."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        if self.training is not None:
            self.training.stop()

    def look(self, now: float) -> None:
        """One look at everything that may have happened; `now` by a clock that only goes forward."""
        with self._taking:
            due = now - self._tried_at >= RETRY_S
            again = due and self.refused is not None and self.refused.sound
            found = signature(self.live.folder)
            if found != self._watch.taken:
                self._warm_up()
            if self._watch.look(found, now) or again:
                self._tried_at = now
                self._take_up("files")
            elif due and self._trained_unkept:
                self._tried_at = now
                self._take_trained()
            self._look_at_training()
        if now - self._tidied_at >= TIDY_S:
            self._tidied_at = now
            self.live.let_go()

    def roll_back(self, number: int) -> Version:
        """Put the files of a version back in the folder and take them up at once; the version then in effect.

        Raises VersionsError; what runs goes on then.
        """
        with self._taking:
            put_files_back(self.live.archive, number, self.live.folder)
            if not any(self._take_up(f"rollback to {number}") for _ in range(READINGS)):
                raise VersionsError(f"{self.live.folder}: the files are being changed by others; try again")
            if self.refused is not None:
                raise VersionsError("; ".join(self.refused.faults))
            return self.live.current.version

    def refuse(self, faults: tuple[str, ...], sound: bool = False) -> None:
        """Note why the files are not in effect; no faults: they are."""
        self.refused = Refused(time.time(), faults, sound) if faults else None
        for fault in faults:
            log.error("not in effect, version %d goes on: %s", self.live.current.version.number, fault)

    def train(self, candidate: Candidate) -> None:
        """Train in full beside; one that goes on for the same sentences is left to it."""
        waiting, self._waiting, self.training_fault = self._waiting, candidate, ""
        if self.training is not None:
            if waiting is not None and model_folder(waiting.bot) == model_folder(candidate.bot):
                return
            self.training.stop()
        self.training = BackgroundTraining(self.live.folder, candidate.bot.version)

    def _warm_up(self) -> None:
        """At the first change, bring in what new intents are learnt with, while the files are still being saved: it takes a
        second and 80 MB, which a gateway whose files never change need not spend."""
        if self._warmed is None:
            self._warmed = threading.Thread(target=prototypes.bring_in, name="warm up", daemon=True)
            self._warmed.start()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL_S):
            try:
                self.look(time.monotonic())
            except Exception:  # the watching must outlive any fault in here; the version that runs is not touched by it
                log.exception("the bot's files could not be taken up")

    def _take_up(self, origin: str) -> bool:
        """Take the files up or refuse them; whether they could be read whole."""
        before, self._watch.taken = self._watch.taken, signature(self.live.folder)
        try:
            candidate = read_candidate(self.live.folder)
        except ChangingError:
            self._watch.taken = before
            return False
        except BotFaults as fault:
            self.refuse(tuple(str(one) for one in fault.faults))
            return True
        if candidate.bot.version == self.live.current.version.files_id:
            self.refuse(())
            if self.live.current.opened.waits_for_training and self.training is None and not self._trained_unkept:
                self.train(candidate)  # it had failed over files that have been put right
        else:
            self._take(candidate, origin)
        return True

    def _take(self, candidate: Candidate, origin: str) -> None:
        try:
            ready = at_hand(candidate.bot)
            if ready is None:  # nothing that could stand in: the version comes with its own model
                self.train(candidate)
            else:
                self._open(candidate, ready, origin)
        except BotFaults as fault:
            self.refuse(tuple(str(one) for one in fault.faults))
        except ModelError as fault:
            self.refuse((str(fault),))
        except VersionsError as fault:
            self.refuse((str(fault),), sound=True)

    def _open(self, candidate: Candidate, ready: ReadyParser, origin: str) -> None:
        opened = open_candidate(candidate, ready, self.live.shared)
        self._give_out(opened, origin)
        if opened.waits_for_training:
            self.train(candidate)

    def _give_out(self, opened: Opened, origin: str) -> None:
        version = self.live.archive.record(opened.files, opened.id, origin)
        self.live.take(opened, version)
        self._trained_unkept = False
        self.refuse(())
        log.warning("version %d is in effect (%s)", version.number, origin)
        self.changed(opened.parts.bot)

    def _look_at_training(self) -> None:
        training, candidate = self.training, self._waiting
        if training is None or candidate is None or not training.is_over():
            return
        self.training_fault, training_gave_up = training.fault(), training.found_others()
        training.stop()
        self.training = self._waiting = None
        current = self.live.current
        if self.training_fault:
            log.error("the full training failed: %s", self.training_fault)
        elif current.version.files_id == candidate.bot.version:
            if not self._take_trained() and training_gave_up and candidate.bot.version == hash_of(read_files(self.live.folder)):
                self.train(candidate)
        elif candidate.bot.version == hash_of(read_files(self.live.folder)):
            self._take(candidate, "files")

    def _take_trained(self) -> bool:
        """Give the current version its own model; whether there is one."""
        self._trained_unkept = False
        if not self.live.current.opened.waits_for_training:
            return True
        opened = trained(self.live.current.opened)
        if opened is None:
            return False
        try:
            self._give_out(opened, "trained")
            self.training_fault = ""
        except VersionsError as fault:
            self._trained_unkept, self.training_fault = True, str(fault)
            log.error("the trained version is not in effect, it is tried again: %s", fault)
        return True
