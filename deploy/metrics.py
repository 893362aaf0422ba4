"""The figures of /metrics, in Prometheus' text form. Counts and durations only: no label ever holds a customer's word."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from dialogue.events import AdapterReplied
from dialogue.reply import Reply

FALLBACKS = ("action_ask_again", "action_offer_person", "action_default_fallback")
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Around the bounds of the design: 10 ms a turn, 150 and 250 ms to the first audio."""


class Metrics:
    """The counters of one gateway, in a registry of their own. Thread safe."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("xiangyin_turns", "Turns answered.", ["channel"], registry=self.registry)
        self._stages = Histogram(
            "xiangyin_turn_stage_seconds", "Time in each stage of a turn.", ["stage"], buckets=BUCKETS_S, registry=self.registry
        )
        self._fallbacks = Counter(
            "xiangyin_fallbacks", "Turns not understood, by what was done.", ["action"], registry=self.registry
        )
        self._blocked = Counter(
            "xiangyin_guard_blocked", "Replies stopped by the guard, by kind.", ["kind"], registry=self.registry
        )
        self._wordings = Counter(
            "xiangyin_wordings",
            "Replies that a language model was asked to word: 'worded', or why the response itself was said.",
            ["adapter", "outcome"],
            registry=self.registry,
        )
        self._first_words = Histogram(
            "xiangyin_wording_first_seconds", "Until its first sentence was there.", buckets=BUCKETS_S, registry=self.registry
        )
        self._hand_overs = Counter("xiangyin_hand_overs", "Conversations given to a person.", registry=self.registry)
        self._refused = Counter("xiangyin_refused", "Requests refused, by reason.", ["reason"], registry=self.registry)
        self._errors = Counter("xiangyin_errors", "Turns that failed inside, by kind of error.", ["kind"], registry=self.registry)
        self._calls = Gauge("xiangyin_calls_active", "Calls under way.", registry=self.registry)
        self._under_way = Gauge("xiangyin_turns_under_way", "Turns being answered or waiting.", registry=self.registry)
        self._chats = Gauge("xiangyin_chats_active", "Chat windows open.", registry=self.registry)
        self._unsaid = Counter(
            "xiangyin_voice_failures", "Sentences that the speech server did not say in time.", registry=self.registry
        )
        self._ended = Counter("xiangyin_calls_ended", "Calls ended, by reason.", ["reason"], registry=self.registry)

    def turn(self, channel: str, reply: Reply) -> None:
        """Count one answered turn and where its time went."""
        times = reply.times
        self._turns.labels(channel).inc()
        self.stage("understand", times.understand_ms)
        self.stage("decide", times.decide_ms)
        self.stage("store", times.store_ms)
        for action in FALLBACKS:
            if action in reply.actions:
                self._fallbacks.labels(action).inc()
        for kind in reply.blocked:
            self._blocked.labels(kind).inc()
        self._worded(reply.wordings)
        if reply.hand_over:
            self._hand_overs.inc()

    def _worded(self, wordings: Sequence[AdapterReplied]) -> None:
        for one in wordings:
            self._wordings.labels(one.adapter, "worded" if one.worded else one.fault or one.dropped).inc()
            if not one.fault:
                self._first_words.observe(one.first_ms / 1000.0)
        if wordings:
            self.stage("word", sum(one.whole_ms for one in wordings))

    def stage(self, stage: str, ms: float) -> None:
        """A duration in milliseconds of one stage: recognise, understand, decide, store, first_audio ..."""
        self._stages.labels(stage).observe(ms / 1000.0)

    def refused(self, reason: str) -> None:
        """A request was turned away: busy, key, host, size, rubbish."""
        self._refused.labels(reason).inc()

    def error(self, kind: str) -> None:
        self._errors.labels(kind).inc()

    def under_way(self, count: int) -> None:
        self._under_way.set(count)

    def voice_failed(self) -> None:
        """A sentence was said by the stand-in, since the speech server failed."""
        self._unsaid.inc()

    def chat_opened(self) -> None:
        self._chats.inc()

    def chat_closed(self) -> None:
        self._chats.dec()

    def call_started(self) -> None:
        self._calls.inc()

    def call_ended(self, reason: str) -> None:
        self._calls.dec()
        self._ended.labels(reason).inc()

    def text(self) -> bytes:
        """What /metrics answers."""
        return generate_latest(self.registry)
