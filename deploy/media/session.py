"""One call, from the greeting to the hang-up: `CallSession.run`.

Tasks share it: `_listen` takes the caller's sound and stops the bot when the caller breaks in; `_converse` answers one turn
after the other; the playout sends sound in time; `_fill_gaps` stands in for a line that falls silent. All times are the
loop's clock, so that a call can run in virtual time.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, TypeVarTuple

import numpy as np

from asr.call_dialect import after, expecting
from asr.streaming import Partial
from asr.transcript import Transcript
from deploy.media.echo import DELAY_S, EchoGuard
from deploy.media.hearing import HeardTurn, Hearing, Recognised, joined
from deploy.media.meant import is_meant
from deploy.media.mouth import CallMouth
from deploy.media.parts import CallEvents, CallName, CallParts, DialectParts, PartialEvents
from deploy.media.playout import Playout, Utterance
from deploy.media.recorder import NoRecorder, Recorder, Recorders
from deploy.media.records import CallRecord, TurnRecord, TurnTimes, answered
from deploy.media.transport import Digit, LineClosedError, MediaTransport, Sound, WireError
from deploy.media.unfinished import is_unfinished
from dialogue.domain import VOICE
from dialogue.reply import Reply
from dialogue.spoken import sentences

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

UNHEARD = "\u2026\u2026"
"""What the bot is told of speech without words: not the empty text, which is silence."""
AHEAD_S = 60.0
"""Sound that comes faster than time: a test may send a clip at once, a flood may not go on."""
UNFINISHED_S = 0.8
"""How long a caller who stopped in the middle of a sentence is waited for, after the silence that ends any turn."""
GAP_S = 0.5
"""A line that sends nothing for so long is taken as silent (some telephones send no packets for silence)."""
LATE_S = 0.06
"""After a stall of this process the line's sound is still to be read: it has so long to come first."""
SURE_DIALECT = 0.8
"""How likely a dialect must be before the bot hears and speaks by what bot.yml names for it."""
FAILED = "不好意思，系统出了点问题，请您稍后再打过来。"


class CallSession:
    """One call over one line."""

    def __init__(
        self,
        name: CallName,
        line: MediaTransport,
        parts: CallParts,
        events: tuple[CallEvents, ...] = (),
        recorder: Recorder | None = None,
    ) -> None:
        self._name = name
        self._line = line
        self._parts = parts
        self._events = events
        self._echo = EchoGuard(line.rate_hz)
        self._recorder = Recorders(recorder or NoRecorder(), self._echo)
        self._playout = Playout(line, self._recorder)
        self._speaker = parts.speaker
        wanted = any(isinstance(one, PartialEvents) for one in events)
        tell = self._caption if wanted else None
        self._hearing = Hearing(line.rate_hz, parts.options.turns, parts.recogniser, parts.recognisers, parts.eager, tell)
        self._dialect = expecting(parts.dialects)
        self._inbox: asyncio.Queue[HeardTurn | str] = asyncio.Queue()
        self._greeting = ("", Utterance())
        self._turns: list[tuple[TurnRecord, Utterance]] = []
        self._began_at = self._now()
        self._answered_at = self._began_at
        self._due_at = self._began_at
        self._received_s = 0.0
        self._last_words = False

    async def run(self) -> CallRecord:
        """Hold the call; returns when both sides have hung up. Nothing that a caller or a part does raises here."""
        work = (self._playout.run(), self._listen(), self._fill_gaps())
        tasks = [asyncio.create_task(task) for task in work]
        ended = "error"
        try:
            ended = await self._until_end()
        finally:
            await self._line.close()
            for task in tasks:
                task.cancel()
            await self._tidy(tasks, ended)
        return self._record(ended)

    def hang_up(self, reason: str) -> None:
        """End the call from our side, after the turn under way."""
        self._inbox.put_nowait(reason)

    async def _until_end(self) -> str:
        try:
            async with asyncio.timeout(self._parts.options.max_call_s):
                return await self._converse()
        except TimeoutError:
            return "too_long"
        except Exception:  # one call's failure is told to its caller and must not touch the others
            log.exception("call failed", extra={"conversation": self._name.conversation})
            await self._apologise()
            return "error"

    async def _converse(self) -> str:
        greeting = await self._think(self._parts.brain.start, self._name.conversation, VOICE)
        self._greeting = (greeting.speech, (await self._say(greeting.speech))[0])
        while True:
            turn = await self._next_turn()
            if isinstance(turn, str):
                return turn
            ended = await (self._silence() if turn is None else self._turn(turn))
            if ended:
                await self._finish()
                return ended

    async def _finish(self) -> None:
        """Say the last words to their end."""
        self._last_words = True
        self._playout.resume()
        await self._playout.drained()

    async def _next_turn(self) -> HeardTurn | str | None:
        """The next turn, the reason why there will be none, or None for a silence that has lasted long enough."""
        while True:
            quiet_since = max(self._playout.heard_until, self._answered_at)
            wait_s = quiet_since + self._parts.options.silence_s - self._now()
            busy = self._playout.speaking or self._playout.held or self._hearing.speaking_ms > 0
            if wait_s <= 0 and not busy and self._inbox.empty():
                return None
            try:
                async with asyncio.timeout(max(wait_s, 0.1)):
                    return await self._inbox.get()
            except TimeoutError:
                continue

    async def _turn(self, turn: HeardTurn) -> str:
        """Answer one turn; returns why the call ends, or an empty text."""
        recognised = await turn.recognition
        if not self._is_turn(turn, recognised.transcript.text):
            self._playout.resume()
            return ""
        await self._playout.drop()
        while is_unfinished(recognised.transcript.text) and (rest := await self._rest()):
            recognised = joined(recognised, await rest.recognition)
            turn = replace(turn, ended_at=rest.ended_at, voiced_ms=turn.voiced_ms + rest.voiced_ms)
        recognised = replace(recognised, transcript=self._in_dialect(recognised.transcript))
        for events in self._events:
            events.heard(recognised.transcript)
        metadata = {"line": self._name.line, "spoken_s": [self._since(turn.began_at), self._since(turn.ended_at)]}
        transcript = recognised.transcript
        told = transcript if transcript.text.strip() else replace(transcript, text=UNHEARD)
        mouth = CallMouth(lambda: not self._playout.held)
        async with asyncio.TaskGroup() as group:
            saying = group.create_task(self._say_all(mouth))
            work = functools.partial(self._parts.brain.turn, self._name.conversation, told, VOICE, metadata, mouth)
            reply = await asyncio.get_running_loop().run_in_executor(self._parts.turns, work)
            mouth.say(reply.speech)
            mouth.end()
        return await self._answer(reply, saying.result(), turn, recognised)

    def _in_dialect(self, heard: Transcript) -> Transcript:
        """The turn with the dialect of the call so far; whoever hears and speaks for callers of that dialect does from now on."""
        self._dialect = after(self._dialect, heard)
        if self._dialect.sure >= SURE_DIALECT:
            own = self._parts.by_dialect.get(self._dialect.best, DialectParts())
            self._hearing.hear_by(own.recogniser or self._parts.recogniser)
            self._speaker = own.speaker or self._parts.speaker
        return replace(heard, dialect=self._dialect.best) if heard.text else heard

    async def _rest(self) -> HeardTurn | None:
        """What follows a sentence that stopped in the middle, if it follows soon."""
        deadline = self._now() + UNFINISHED_S
        while self._now() < deadline or self._hearing.speaking_ms:
            try:
                async with asyncio.timeout(0.1):
                    got = await self._inbox.get()
            except TimeoutError:
                continue
            if isinstance(got, HeardTurn):
                return got
            self._inbox.put_nowait(got)  # the call is over; this was its last word
            return None
        return None

    async def _silence(self) -> str:
        reply = await self._think(self._parts.brain.silence, self._name.conversation, VOICE)
        said = await self._say(reply.speech)
        return await self._answer(reply, said, None, Recognised(Transcript("", "cmn", 1.0), 0.0))

    async def _answer(self, reply: Reply, said: tuple[Utterance, float], turn: HeardTurn | None, recognised: Recognised) -> str:
        """What follows once a reply's sound is queued: the record, and whether the call ends."""
        utterance, speak_ms = said
        self._answered_at = self._now()
        state = await self._think(self._parts.brain.state, self._name.conversation)
        await self._first_sound(utterance)
        times = TurnTimes(
            recognise_ms=recognised.work_ms,
            understand_ms=reply.times.understand_ms,
            decide_ms=reply.times.decide_ms,
            word_ms=reply.times.word_ms,
            store_ms=reply.times.store_ms,
            speak_ms=speak_ms,
            first_audio_ms=self._waited_ms(turn, utterance),
        )
        transcript = recognised.transcript
        record = TurnRecord(
            heard=transcript.text,
            dialect=transcript.dialect,
            confidence=transcript.confidence,
            needs=tuple(need.intent for need in state.needs),
            slots=state.slots,
            actions=reply.actions,
            reply=reply.text,
            spoken=(self._since(turn.began_at), self._since(turn.ended_at)) if turn else None,
            times=times,
            wordings=reply.wordings,
            blocked=reply.blocked,
        )
        self._turns.append((record, utterance))
        for events in self._events:
            events.answered(record)
        if reply.hand_over:
            return "hand_over"
        return ("goodbye" if turn else "silence") if reply.end else ""

    async def _say(self, speech: str) -> tuple[Utterance, float]:
        """Queue a reply's sound sentence by sentence, and say how long the first one took to synthesise."""
        mouth = CallMouth()
        mouth.say(speech)
        mouth.end()
        return await self._say_all(mouth)

    async def _say_all(self, mouth: CallMouth) -> tuple[Utterance, float]:
        """The same of one that is still being worded; the utterance begins with its first sentence."""
        utterance: Utterance | None = None
        first_ms: float | None = None
        async for speech in mouth.pieces():
            utterance = utterance or await self._begin()
            for sentence in () if utterance.dropped else sentences(speech):
                begun = time.perf_counter()
                sound = self._speaker.cached(sentence, self._line.rate_hz)
                if sound is None:
                    sound = await self._think(self._speaker.speak, sentence, self._line.rate_hz)
                if first_ms is None:
                    first_ms = (time.perf_counter() - begun) * 1000.0
                self._playout.say(utterance, sound)
                if utterance.dropped:
                    break
        return utterance or await self._begin(), first_ms or 0.0

    async def _begin(self) -> Utterance:
        utterance = self._playout.begin()
        if self._breaks_in():
            await self._playout.hold()
        return utterance

    async def _listen(self) -> None:
        ended = "error"
        try:
            while True:
                got = await self._line.receive()
                if not isinstance(got, Digit):  # a key pressed by mistake must not end the call
                    await self._hear(got.samples)
                if self._received_s - (self._now() - self._began_at) > AHEAD_S:
                    raise WireError(f"sound came {AHEAD_S:.0f} s before its time")
                await asyncio.sleep(0)  # a line that has much to say must not keep the others waiting
        except LineClosedError:
            ended = "hang_up"
        except WireError as fault:
            log.warning("call dropped: %s", fault, extra={"conversation": self._name.conversation})
            ended = "dropped"
        finally:
            self._inbox.put_nowait(ended)

    async def _fill_gaps(self) -> None:
        quiet = np.zeros(int(GAP_S * self._line.rate_hz), np.float32)
        while True:
            await asyncio.sleep(GAP_S)
            if self._now() - self._due_at >= GAP_S:
                await asyncio.sleep(LATE_S)
            if self._now() - self._due_at >= GAP_S:
                await self._hear(quiet)

    async def _hear(self, samples: Sound) -> None:
        now = self._now()
        seconds = len(samples) / self._line.rate_hz
        self._due_at = now + seconds
        self._received_s += seconds
        self._recorder.caller(samples, now)
        echoes = self._playout.speaking or now < self._playout.heard_until + DELAY_S
        for turn in self._hearing.hear(samples, self._echo.hears_bot if echoes else None):
            self._inbox.put_nowait(turn)
        if self._playout.speaking and self._breaks_in():
            await self._playout.hold()

    def _caption(self, partial: Partial) -> None:
        for events in self._events:
            if isinstance(events, PartialEvents):
                events.hearing(partial)

    def _breaks_in(self) -> bool:
        options = self._parts.options
        return options.barge_in and not self._last_words and self._hearing.speaking_ms >= options.barge_in_ms

    def _is_turn(self, turn: HeardTurn, text: str) -> bool:
        """Whether the turn is meant for the bot."""
        bot_said = self._turns[-1][0].reply if self._turns else self._greeting[0]
        return is_meant(text, turn.voiced_ms, self._left_unsaid_s(turn), bot_said, self._parts.options.barge_in)

    def _left_unsaid_s(self, turn: HeardTurn) -> float:
        """How much the bot still had to say when the caller's turn was over."""
        left_s = self._playout.left_s
        return (self._now() + left_s if left_s else self._playout.heard_until) - turn.ended_at

    async def _first_sound(self, utterance: Utterance) -> None:
        """Let the playout send the first frame, so that the waiting time is known."""
        for _ in range(5):
            if utterance.began_at is not None:
                return
            await asyncio.sleep(0)

    def _waited_ms(self, turn: HeardTurn | None, utterance: Utterance) -> float | None:
        if turn is None or utterance.began_at is None:
            return None
        return (utterance.began_at - turn.ended_at) * 1000.0 - self._parts.options.end_silence_ms

    async def _apologise(self) -> None:
        try:
            await self._playout.drop()
            await self._say(FAILED)
            await self._finish()
        except ValueError as fault:  # the voice is what failed
            log.error("no voice: %s", fault, extra={"conversation": self._name.conversation})

    async def _tidy(self, tasks: list[asyncio.Task[None]], ended: str) -> None:
        self._hearing.forget()
        for fault in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(fault, Exception):
                log.error("call broke", exc_info=fault, extra={"conversation": self._name.conversation})
        self._recorder.close()
        await self._think(self._parts.brain.end, self._name.conversation, ended)

    def _record(self, ended: str) -> CallRecord:
        text, greeting = self._greeting
        return CallRecord(
            conversation=self._name.conversation,
            line=self._name.line,
            ended=ended,
            duration_s=self._since(self._now()),
            greeting=text,
            greeted=self._span(greeting),
            turns=tuple(answered(turn, self._span(heard), heard.interrupted) for turn, heard in self._turns),
        )

    def _span(self, utterance: Utterance) -> tuple[float, float] | None:
        if utterance.began_at is None or utterance.ends_at is None:
            return None
        return self._since(utterance.began_at), self._since(utterance.ends_at)

    async def _think(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Blocking work in a thread of the loop's own pool."""
        return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)

    def _since(self, at: float) -> float:
        return round(at - self._began_at, 3)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
