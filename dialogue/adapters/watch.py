"""Keeps an eye on adapters beside the turns: notes what conversations came to, ends a trial that does harm, and lets the model
servers hold what is wanted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from dialogue.adapters.adapter import Adapter, Trial
from dialogue.adapters.adapters import Adapters
from dialogue.adapters.files import check, kept_in
from dialogue.adapters.outcomes import Outcomes
from dialogue.adapters.reconciling import Drift, Replica, Wanted, reconcile
from dialogue.adapters.report import TrialReport, report
from dialogue.adapters.trial.verdict import Standing, verdict
from dialogue.store import StoreError

log = logging.getLogger(__name__)

Told = Callable[["Watch"], None]
"""Is told after each round; for metrics."""


class Watch:
    """`start` lets a thread look over and over; `round` looks once. Several processes may watch one bot."""

    def __init__(self, adapters: Adapters, outcomes: Outcomes, folder: Path, replicas: Sequence[Replica]) -> None:
        """`folder` is where the files of adapters are kept."""
        self.adapters = adapters
        self.reports: tuple[TrialReport, ...] = ()
        """The running trials as of the last round."""
        self.drifts: tuple[Drift, ...] = ()
        """The model servers as of the last round."""
        self.told: Told | None = None
        self._outcomes = outcomes
        self._folder = folder
        self._replicas = tuple(replicas)
        self._sound: dict[str, str] = {}
        """What is wrong with the files of an adapter, by its name on the servers."""
        self._counted: dict[str, tuple[int, TrialReport]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="adapters", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the round under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        for replica in self._replicas:
            close = getattr(replica, "close", None)
            if close is not None:
                close()

    def round(self) -> None:
        """Look once. Raises StoreError."""
        self.adapters.refresh()
        self.collect()
        self.reports = tuple(self.reported(trial) for trial in self.adapters.roster.trials)
        for found in self.reports:
            if found.verdict.breach is not None and self.adapters.registry.breach(found.trial, reason(found.verdict.breach)):
                log.error("trial of %s rolled back: %s", found.trial.adapter, reason(found.verdict.breach))
        self.adapters.refresh()
        self.reconcile()
        if self.told is not None:
            self.told(self)

    def collect(self) -> int:
        """Note the conversations that are over by now; how many. Raises StoreError."""
        return self._outcomes.collect()

    def reported(self, trial: Trial) -> TrialReport:
        """How a trial stands by what is noted; looked at anew where something was. Raises StoreError."""
        count = self._outcomes.count(trial)
        known = self._counted.get(trial.id)
        if known is not None and known[0] == count:
            return replace(known[1], trial=trial)
        outcomes, history = self._outcomes.of_trial(trial), self._outcomes.before(trial)
        found = report(trial, outcomes, verdict(outcomes, self.adapters.settings.trial.plan, history), len(history))
        self._counted = {trial.id: (count, found), **{id_: one for id_, one in self._counted.items() if id_ != trial.id}}
        return found

    def reconcile(self) -> tuple[Drift, ...]:
        """Bring each model server to what is wanted by the roster as it stands; what came of it."""
        settings = self.adapters.settings
        wanted, faults = [], []
        for adapter in self.adapters.roster.wanted(self.adapters.registry.clock(), settings.linger_s):
            fault = self._fault(adapter)
            if fault:
                faults.append(f"{adapter.name} is not loaded: {fault}")
            else:
                wanted.append(Wanted(self.adapters.roster.served(adapter), self._seen_from_there(adapter)))
        found = (reconcile(replica, wanted, settings.tenant, self._pause) for replica in self._replicas)
        known = {(drift.replica, fault) for drift in self.drifts for fault in drift.faults}
        self.drifts = tuple(Drift(one.replica, one.loaded, one.unloaded, (*faults, *one.faults)) for one in found)
        for drift in self.drifts:
            for loaded in drift.loaded:
                log.info("%s: loaded %s", drift.replica, loaded)
            for fault in (
                one for one in drift.faults if (drift.replica, one) not in known
            ):  # once, not in each round that it lasts
                log.warning("%s: %s", drift.replica, fault)
        return self.drifts

    def _fault(self, adapter: Adapter) -> str:
        """What is wrong with an adapter's files. They are read once: hashing 300 MB in each round would keep a disk busy."""
        served = self.adapters.roster.served(adapter)
        if self._sound.get(served) != "":
            self._sound[served] = check(self._place(adapter), adapter.content)
        return self._sound[served]

    def _place(self, adapter: Adapter) -> Path:
        return kept_in(self._folder, self.adapters.settings.tenant, adapter.name, adapter.content)

    def _seen_from_there(self, adapter: Adapter) -> PurePosixPath:
        """Where a model server finds it."""
        place = self._place(adapter).absolute()
        mounted = self.adapters.settings.served_from
        if not mounted:
            return PurePosixPath(place.as_posix())
        return PurePosixPath(mounted) / place.relative_to(self._folder.absolute()).as_posix()

    def _pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.round()
            except StoreError as fault:
                log.warning("adapters cannot be looked after: %s", fault)
            except Exception as fault:  # whatever a round runs into must not end the thread: nothing was rolled back any more
                log.error("a look at adapters stopped short: %s", type(fault).__name__)
            self._stopping.wait(self.adapters.settings.look_s)


def reason(breach: Standing) -> str:
    """Why a trial was ended, for people and for the registry."""
    return (
        f"{breach.metric} {breach.difference:+.4g} against the control after {breach.look} conversations: "
        f"{breach.deviates:.2f} standard deviates, bound {breach.bound:.2f}"
    )
