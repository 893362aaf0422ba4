"""The figures of adapters for /metrics. Labels hold names of adapters, metrics and servers, never anything of a customer."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from dialogue.adapters.watch import Watch


class AdapterMetrics:
    """Gauges of the running trials and the model servers, set anew after each round of the watch."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, about: str, labels: list[str]) -> Gauge:
            return Gauge(f"xiangyin_adapter_{name}", about, labels, registry=registry)

        self._conversations = gauge("conversations", "Conversations of a trial that are over.", ["adapter", "arm"])
        self._value = gauge("metric", "A metric of one arm of a trial.", ["adapter", "arm", "metric"])
        self._deviates = gauge("harm_deviates", "How far the trial is on the wrong side at its last look.", ["adapter", "metric"])
        self._bound = gauge("harm_bound", "From where on it is rolled back.", ["adapter", "metric"])
        self._faults = gauge("replica_faults", "Adapters that a model server does not hold as wanted.", ["replica"])
        self._ended = gauge("rolled_back", "Trials that were rolled back since they did harm.", [])

    def take(self, watch: Watch) -> None:
        """Take over what the watch found."""
        for each in (self._conversations, self._value, self._deviates, self._bound, self._faults):
            each.clear()
        for found in watch.reports:
            for arm in found.arms:
                self._conversations.labels(found.trial.adapter, arm.name).set(arm.conversations)
                for one in arm.figures:
                    self._value.labels(found.trial.adapter, arm.name, one.metric).set(one.value)
            for standing in found.verdict.standings:
                self._deviates.labels(found.trial.adapter, standing.metric).set(standing.deviates)
                self._bound.labels(found.trial.adapter, standing.metric).set(standing.bound)
        for number, drift in enumerate(watch.drifts, start=1):  # by number: an address may hold a password
            self._faults.labels(str(number)).set(len(drift.faults))
        self._ended.set(sum(trial.ended == "breach" for trial in watch.adapters.registry.ended_trials()))
