"""The bot: one turn, in one function, for every channel.

Start reading at `SalesBot.turn`.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from asr.dialects import DEFAULT_DIALECT
from asr.transcript import Transcript
from deploy.bot_check import load_usable
from deploy.bot_models import parser_for
from deploy.bot_parts import BotParts, Shared, parts_of
from deploy.turn import Steps, act, answer
from dialogue.bare_names import named
from dialogue.ellipsis import supplemented
from dialogue.events import Event, SessionEnded, SessionStarted, SlotSet, SlotsReset, UserUttered
from dialogue.payload import parse_payload
from dialogue.picks import picked
from dialogue.pieces import completed
from dialogue.reply import Reply, StageTimes
from dialogue.state import DialogueState
from dialogue.store import OvertakenError, StoreError
from dialogue.track import initial_state, track
from dialogue.wording.wording import Mouth, TurnWording
from nlu.understanding import DialectParser, ReadingsParser, Understanding

__all__ = ["BotParts", "SalesBot"]

log = logging.getLogger(__name__)

ATTEMPTS = 50
"""Tries of a turn that another replica overtook. Each time one replica got on; with locks among them it hardly happens."""
BACK_OFF_S = 0.005
"""A further try waits a random time up to this, times the tries so far: those who met once should not meet again."""
CACHED_STATES = 10_000
"""States kept in memory; an older conversation is rebuilt from its events."""
FORGOTTEN_S = 600.0
"""A conversation that was silent for so long may have been deleted from the store meanwhile: then nothing is remembered of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A state in memory, the number of its last event, and when that was stored (seconds since 1970; None before the first)."""

    state: DialogueState
    seq: int
    at: float | None


@dataclass(frozen=True, slots=True)
class Worked:
    """What one look at a conversation led to; nothing of it counts before it is stored."""

    steps: Steps
    times: StageTimes = field(default_factory=StageTimes)


CALLER_DIALECT = "caller_dialect"
"""A slot that a bot may declare: the dialect spoken, for responses' conditions, rules and stories."""


class SalesBot:
    """A bot that is ready to talk. Thread safe: the turns of one conversation never interleave."""

    def __init__(self, parts: BotParts, clock: Callable[[], float] = time.time) -> None:
        self.bot = parts.bot
        self.generative = parts.generative
        self.parser = parts.parser if parts.generative is None else parts.generative.over(parts.parser)
        self.store = parts.store
        self.version = parts.version or parts.bot.version
        self._parts = parts
        self._clock = clock
        self._kept: dict[str, Kept] = {}

    @classmethod
    def load(cls, folder: Path, store_url: str | None = None, progress: Callable[[str], None] | None = None) -> SalesBot:
        """Read a bot folder, train its understanding if its files changed, open its store.

        Raises BotFaults for faults in its files, StoreError and LocksError for what cannot be opened.
        """
        bot = load_usable(folder)
        parser = parser_for(bot, progress)
        return cls(parts_of(bot, parser, Shared.of(bot, store_url)))

    def turn(
        self,
        conversation: str,
        heard: str | Transcript,
        channel: str = "rest",
        metadata: Mapping[str, Any] | None = None,
        mouth: Mouth | None = None,
    ) -> Reply:
        """Answer one utterance: understand, remember, decide, act, reply; everything is stored before it returns.

        Sentences that a language model words go to `mouth` as they come; the reply holds them again, with all the rest.
        """
        transcript = heard if isinstance(heard, Transcript) else Transcript(heard, "cmn", 1.0)
        wording = None if self._parts.wording is None else self._parts.wording.begin(mouth)
        return self._settled(conversation, lambda kept: self._answered(kept, transcript, (channel, metadata or {}), wording))

    def _answered(
        self, kept: Kept, heard: Transcript, origin: tuple[str, Mapping[str, Any]], wording: TurnWording | None
    ) -> Worked:
        """The turn itself, on the state as it stands."""
        begun, waited_ms = time.perf_counter(), 0.0 if wording is None else wording.spent_ms
        channel, metadata = origin
        steps = self._open(kept, channel)
        steps.wording = wording
        understanding = self._in_context(steps.state, self._understand_heard(heard))
        understood = time.perf_counter()
        said = UserUttered(heard.text, understanding, channel, heard.dialect, heard.confidence, metadata)
        if heard.text and CALLER_DIALECT in self.bot.domain.slots and steps.state.value(CALLER_DIALECT) != heard.dialect:
            steps.add(SlotSet(CALLER_DIALECT, heard.dialect))
        answer(self._parts, steps, said)
        word_ms = 0.0 if wording is None else wording.spent_ms - waited_ms
        decide_ms = _ms(understood, time.perf_counter()) - word_ms
        return Worked(steps, StageTimes(0.0, _ms(begun, understood), decide_ms, word_ms=word_ms))

    def understand(self, text: str) -> Understanding:
        """What a sentence means; '/intent{"entity": "value"}', as buttons send it, is taken at its word."""
        return parse_payload(text, self.bot.domain) or self.parser.parse(text)

    def _understand_heard(self, heard: Transcript) -> Understanding:
        """The same of speech: where a recogniser gave other readings and the parser weighs them, all count."""
        parser = self.parser
        if heard.alternatives and isinstance(parser, ReadingsParser):
            return parser.parse_heard(heard.text, [(other.text, other.score) for other in heard.alternatives])
        if heard.dialect != DEFAULT_DIALECT and isinstance(parser, DialectParser):
            return parse_payload(heard.text, self.bot.domain) or parser.parse_in(heard.text, heard.dialect)
        return self.understand(heard.text)

    def _in_context(self, state: DialogueState, heard: Understanding) -> Understanding:
        """What only the conversation makes clear: which of two things is meant, a bare value or name, the rest of a number."""
        domain, pipeline = self.bot.domain, self.bot.pipeline
        heard = picked(state, heard, self._parts.actions)
        heard = supplemented(state, heard, domain)
        heard = named(state, heard, domain, pipeline.person)
        return completed(state, heard, domain, pipeline.phone)

    def start(self, conversation: str, channel: str = "rest") -> Reply:
        """Begin a conversation with the bot's greeting; one that is going on already is not greeted again."""
        return self._settled(conversation, lambda kept: self._greeted(kept, channel))

    def _greeted(self, kept: Kept, channel: str) -> Worked:
        if self._is_open(kept):
            return Worked(Steps(kept.state))
        steps = self._open(kept, channel)
        greeting = self.bot.settings.voices.greeting
        if greeting:
            act(self._parts, steps, greeting, channel, reason="the session begins")
        return Worked(steps)

    def silence(self, conversation: str, channel: str = "rest") -> Reply:
        """The customer said nothing for as long as the channel waits."""
        return self.turn(conversation, "", channel)

    def end(self, conversation: str, reason: str) -> None:
        """The call was hung up or the window closed; a conversation that is over already stays as it is."""

        def ended(kept: Kept) -> Worked:
            steps = Steps(kept.state)
            if self._is_open(kept):
                steps.add(SessionEnded(reason))
            return Worked(steps)

        self._settled(conversation, ended)

    def state(self, conversation: str) -> DialogueState:
        """The state as it stands; an unknown conversation gives the initial one."""
        with self._parts.locks.hold(conversation):
            return self._recall(conversation).state

    def events(self, conversation: str) -> tuple[Event, ...]:
        """Everything that happened, as stored."""
        return self.store.events(conversation)

    def close(self) -> None:
        self.retire()
        Shared(self._parts.store, self._parts.locks).close()

    def retire(self) -> None:
        """Let go of what this version alone holds: its connections to an action server and a language model."""
        if self._parts.server is not None:
            self._parts.server.close()
        for client in (self._parts.llm, self._parts.generative):
            if client is not None:
                client.close()

    def _settled(self, conversation: str, work: Callable[[Kept], Worked]) -> Reply:
        """Work on a conversation's state and store what came of it; anew where another replica was faster."""
        for attempt in range(ATTEMPTS):
            with self._parts.locks.hold(conversation):
                kept = self._recall(conversation)
                worked = work(kept)
                done = time.perf_counter()
                try:
                    self._keep(conversation, kept, worked.steps)
                except OvertakenError:
                    self._kept.pop(conversation, None)  # the conversation may have been forgotten, and begun anew
                    log.info("a turn was overtaken by another replica, try %d", attempt + 1)
                else:
                    return worked.steps.reply(replace(worked.times, store_ms=_ms(done, time.perf_counter())))
            time.sleep(random.uniform(0, BACK_OFF_S * min(attempt + 1, 10)))
        raise StoreError(f"{self.store.where}: a conversation was overtaken by other replicas {ATTEMPTS} times")

    def _open(self, kept: Kept, channel: str) -> Steps:
        """The steps of this turn, with a new session first where none is open."""
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
        """The state by what is stored: what is in memory, and what other replicas have added since."""
        fresh = Kept(initial_state(conversation, self.bot.domain), 0, None)
        kept = self._kept.get(conversation, fresh)
        if kept.at is not None and self._clock() - kept.at > FORGOTTEN_S and self.store.last(conversation) is None:
            kept = fresh
        new = self.store.since(conversation, kept.seq)
        state = kept.state
        for event in new.events:
            state = track(state, event)
        return Kept(state, new.seq, kept.at if new.at is None else new.at)

    def _keep(self, conversation: str, before: Kept, steps: Steps) -> None:
        if not steps.events:
            return
        seq = self.store.append(conversation, steps.events, self.version, after=before.seq)
        self._kept.pop(conversation, None)
        self._kept[conversation] = Kept(steps.state, seq, self._clock())
        while len(self._kept) > CACHED_STATES:
            self._kept.pop(next(iter(self._kept)), None)


def _ms(begun: float, ended: float) -> float:
    return (ended - begun) * 1000.0
