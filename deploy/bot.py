"""The bot: one turn, in one function, for every channel.

Start reading at `SalesBot.turn`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.transcript import Transcript
from deploy.bot_check import load_usable
from deploy.bot_models import parser_for
from deploy.turn import Steps, act, answer
from dialogue.actions.action import Action, Responder
from dialogue.actions.catalogue import actions_of
from dialogue.bare_names import named
from dialogue.bot_files import Bot
from dialogue.ellipsis import supplemented
from dialogue.events import Event, SessionEnded, SessionStarted, SlotsReset, UserUttered
from dialogue.payload import parse_payload
from dialogue.picks import picked
from dialogue.pieces import completed
from dialogue.reply import Reply, StageTimes
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from dialogue.store import EventStore
from dialogue.track import initial_state, track
from nlu.understanding import Parser, Understanding
from policies.ensemble import Ensemble

log = logging.getLogger(__name__)

LOCKS = 256
"""Conversations share this many locks; two that share one wait for each other, which a turn of 10 ms can afford."""
CACHED_STATES = 10_000
"""States kept in memory; an older conversation is rebuilt from its events."""


@dataclass(frozen=True, slots=True)
class BotParts:
    """What a SalesBot is made of; tests put their own in."""

    bot: Bot
    parser: Parser
    ensemble: Ensemble
    actions: Mapping[str, Action]
    responder: Responder
    store: EventStore


@dataclass(frozen=True, slots=True)
class Kept:
    """A state in memory, and when its last event was stored (seconds since 1970; None before the first)."""

    state: DialogueState
    at: float | None


class SalesBot:
    """A bot that is ready to talk. Thread safe: the turns of one conversation never interleave."""

    def __init__(self, parts: BotParts, clock: Callable[[], float] = time.time) -> None:
        self.bot = parts.bot
        self.parser = parts.parser
        self.store = parts.store
        self._parts = parts
        self._clock = clock
        self._locks = [threading.Lock() for _ in range(LOCKS)]
        self._kept: dict[str, Kept] = {}

    @classmethod
    def load(cls, folder: Path, store_url: str | None = None, progress: Callable[[str], None] | None = None) -> SalesBot:
        """Read a bot folder, train its understanding if its files changed, open its store.

        Raises BotFaults for faults in its files and StoreError for a store that cannot be opened.
        """
        bot = load_usable(folder)
        return cls(
            BotParts(
                bot=bot,
                parser=parser_for(bot, progress),
                ensemble=Ensemble.of(bot),
                actions=actions_of(bot),
                responder=DomainResponder(bot.domain),
                store=EventStore(store_url or bot.settings.store_url(bot.folder)),
            )
        )

    def turn(
        self,
        conversation: str,
        heard: str | Transcript,
        channel: str = "rest",
        metadata: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answer one utterance: understand, remember, decide, act, reply; everything is stored before it returns."""
        transcript = heard if isinstance(heard, Transcript) else Transcript(heard, "cmn", 1.0)
        with self._lock(conversation):
            begun = time.perf_counter()
            steps = self._open(conversation, channel)
            understanding = self._in_context(steps.state, self.understand(transcript.text))
            understood = time.perf_counter()
            said = UserUttered(transcript.text, understanding, channel, transcript.dialect, transcript.confidence, metadata or {})
            answer(self._parts, steps, said)
            decided = time.perf_counter()
            self._keep(conversation, steps)
            stored = time.perf_counter()
        times = StageTimes(0.0, _ms(begun, understood), _ms(understood, decided), _ms(decided, stored))
        return steps.reply(times)

    def understand(self, text: str) -> Understanding:
        """What a sentence means; '/intent{"entity": "value"}', as buttons send it, is taken at its word."""
        return parse_payload(text, self.bot.domain) or self.parser.parse(text)

    def _in_context(self, state: DialogueState, heard: Understanding) -> Understanding:
        """What only the conversation makes clear: which of two things is meant, a bare value or name, the rest of a number."""
        domain, pipeline = self.bot.domain, self.bot.pipeline
        heard = picked(state, heard, self._parts.actions)
        heard = supplemented(state, heard, domain)
        heard = named(state, heard, domain, pipeline.person)
        return completed(state, heard, domain, pipeline.phone)

    def start(self, conversation: str, channel: str = "rest") -> Reply:
        """Begin a conversation with the bot's greeting; one that is going on already is not greeted again."""
        with self._lock(conversation):
            if self._is_open(self._recall(conversation)):
                return Reply()
            steps = self._open(conversation, channel)
            greeting = self.bot.settings.voices.greeting
            if greeting:
                act(self._parts, steps, greeting, channel, reason="the session begins")
            self._keep(conversation, steps)
            return steps.reply(StageTimes())

    def silence(self, conversation: str, channel: str = "rest") -> Reply:
        """The customer said nothing for as long as the channel waits."""
        return self.turn(conversation, "", channel)

    def end(self, conversation: str, reason: str) -> None:
        """The call was hung up or the window closed; a conversation that is over already stays as it is."""
        with self._lock(conversation):
            kept = self._recall(conversation)
            if self._is_open(kept):
                steps = Steps(kept.state)
                steps.add(SessionEnded(reason))
                self._keep(conversation, steps)

    def state(self, conversation: str) -> DialogueState:
        """The state as it stands; an unknown conversation gives the initial one."""
        with self._lock(conversation):
            return self._recall(conversation).state

    def events(self, conversation: str) -> tuple[Event, ...]:
        """Everything that happened, as stored."""
        return self.store.events(conversation)

    def close(self) -> None:
        self.store.close()

    def _open(self, conversation: str, channel: str) -> Steps:
        """The steps of this turn, with a new session first where none is open."""
        kept = self._recall(conversation)
        steps = Steps(kept.state)
        if self._is_open(kept):
            return steps
        if kept.state.started and not kept.state.ended:
            steps.add(SessionEnded("expired"))
        steps.add(SessionStarted(channel))
        if kept.state.started and not self.bot.domain.session.carry_over_slots_to_new_session:
            steps.add(SlotsReset())
        act(self._parts, steps, "action_session_start", channel, reason="the session begins")
        return steps

    def _is_open(self, kept: Kept) -> bool:
        if not kept.state.started or kept.state.ended:
            return False
        expires_s = self.bot.domain.session.session_expiration_time * 60
        return expires_s <= 0 or kept.at is None or self._clock() - kept.at <= expires_s

    def _recall(self, conversation: str) -> Kept:
        kept = self._kept.get(conversation)
        if kept is not None:
            return kept
        state = initial_state(conversation, self.bot.domain)
        for event in self.store.events(conversation):
            state = track(state, event)
        return Kept(state, self.store.last_at(conversation))

    def _keep(self, conversation: str, steps: Steps) -> None:
        self.store.append(conversation, steps.events, self.bot.version)
        self._kept.pop(conversation, None)
        self._kept[conversation] = Kept(steps.state, self._clock())
        while len(self._kept) > CACHED_STATES:
            self._kept.pop(next(iter(self._kept)), None)

    def _lock(self, conversation: str) -> threading.Lock:
        return self._locks[hash(conversation) % LOCKS]


def _ms(begun: float, ended: float) -> float:
    return (ended - begun) * 1000.0
