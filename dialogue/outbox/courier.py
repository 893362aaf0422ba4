"""Carries the letters of the outbox: a thread beside the turns, so that no caller ever waits for another program.

A letter is marked as being sent before it is, and as delivered after the receiver said so. A process that dies in between leaves
it to the next one, which sends it again under the same key: the receiver gets everything at least once, and nothing again after
its answer was noted.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable, Mapping

from dialogue.outbox.outbox import Letter, Outbox
from dialogue.outbox.sending import HttpSender, Outcome, Send, body_of
from dialogue.outbox.settings import TargetError, WebhookSettings, target_of
from dialogue.store import EventStore, StoreError

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the outbox is looked through."""
HELD_S = 30.0
"""What a sender has beyond three time-outs (connect, send, answer) before its letter is given to another."""
Webhooks = Callable[[], Mapping[str, WebhookSettings]]
"""The webhooks as the bot's files say now."""


class Courier:
    """Sends what is due. `start` lets a thread do it over and over; `round` does it once."""

    def __init__(
        self,
        outbox: Outbox,
        webhooks: Webhooks,
        send: Send,
        clock: Callable[[], float] = time.time,
        environment: Mapping[str, str] = os.environ,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._webhooks = webhooks
        self._send = send
        self._clock = clock
        self._environment = environment
        self._chance = chance
        self._resting: dict[str, float] = {}
        """Webhooks that failed, and until when nothing is tried there."""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look through the outbox from now on. Logs what keeps a webhook of the bot's from being used."""
        for name, settings in self._webhooks().items():
            try:
                target_of(name, settings, self._environment)
            except TargetError as fault:
                log.warning("%s; its messages wait", fault)
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the attempt under way; what is left is sent by the next process."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if isinstance(self._send, HttpSender):
            self._send.close()

    def round(self) -> int:
        """Take up what is new and try what is due; the number of attempts. Raises StoreError.

        A webhook that fails rests: for its first pause, or for as long as it asks for. So one that is down holds the others up
        for one time-out, and is not asked once a letter, however much waits for it.
        """
        self._outbox.collect()
        due = self._outbox.due_targets()
        return sum(self._tried(target) for target in due if self._resting.get(target, 0.0) <= self._clock())

    def _tried(self, target: str) -> int:
        """Try what is due for one webhook, until it fails; the number of attempts."""
        tried = 0
        for letter in self._outbox.due(target):
            if self._stopping.is_set():
                break
            outcome = self._try(letter)
            if outcome is not None:
                tried += 1
                if outcome.kind == "failed":
                    break
        return tried

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.round()
            except StoreError as fault:
                log.warning("the outbox cannot be read or written: %s", fault)
                busy = 0
            except Exception as fault:  # whatever a message runs into must not end the thread, or nothing was sent any more
                log.error("the outbox stopped short: %s", type(fault).__name__)
                busy = 0
            if not busy:
                self._stopping.wait(LOOK_S)

    def _try(self, letter: Letter) -> Outcome | None:
        """One attempt, and what follows from it; None where another sender has the letter."""
        settings = self._webhooks().get(letter.target)
        timeout_s = 0.0 if settings is None else settings.timeout_s
        if not self._outbox.claim(letter, self._clock() + 3 * timeout_s + HELD_S):
            return None
        outcome = self._sent(letter, settings)
        known = settings or WebhookSettings("https://localhost")
        if outcome.kind == "failed":
            self._resting[letter.target] = self._clock() + max(known.first_pause_s, outcome.after_s or 0.0)
        self._note(letter, known, outcome)
        return outcome

    def _sent(self, letter: Letter, settings: WebhookSettings | None) -> Outcome:
        message = self._outbox.message(letter)
        if message is None:
            return Outcome("refused", fault="the conversation no longer holds it")
        if settings is None:
            return Outcome("failed", fault="bot.yml has no webhook of this name")
        try:
            target = target_of(letter.target, settings, self._environment)
        except TargetError as fault:
            return Outcome("failed", fault=str(fault))
        return self._send(target, letter.key, body_of(message.body), self._clock())

    def _note(self, letter: Letter, settings: WebhookSettings, outcome: Outcome) -> None:
        attempt = letter.attempts + 1
        told = (letter.key, letter.target, attempt)
        if outcome.kind == "delivered":
            self._outbox.delivered(letter, outcome.status)
            log.info("message %s to webhook '%s' was delivered (attempt %d)", *told)
        elif outcome.kind == "refused" or attempt >= settings.attempts:
            self._outbox.bury(letter, outcome.status, outcome.fault)
            log.error("message %s to webhook '%s' is put aside after attempt %d: %s", *told, outcome.fault)
        else:
            pause_s = max(settings.pause_s(attempt) * (1.0 - self._chance() / 2.0), outcome.after_s or 0.0)
            self._outbox.postpone(letter, self._clock() + pause_s, outcome.status, outcome.fault)
            log.warning("message %s to webhook '%s' failed (attempt %d): %s", *told, outcome.fault)


def courier_of(store: EventStore, webhooks: Webhooks) -> Courier:
    """One that sends over HTTP. Raises StoreError."""
    return Courier(Outbox(store), webhooks, HttpSender())
