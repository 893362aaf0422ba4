"""What /metrics says of understanding by a language model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class GenerativeMetrics(Collector):
    """Sentences by what became of them, as the current version of the bot counts them; nothing where it asks no model."""

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[CounterMetricFamily]:
        """One counter with the label `outcome`: answered, refused (unreadable, or words that nobody said), unanswered."""
        family = CounterMetricFamily(
            "xiangyin_generative_answers", "Sentences that a language model was to understand.", labels=["outcome"]
        )
        for outcome, count in sorted(self._counts().items()):
            family.add_metric([outcome], count)
        yield family
