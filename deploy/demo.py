"""The demonstration: a gateway, and a caller with a synthetic voice who dials it over AudioSocket on the loopback."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np
import soxr

from asr.transcript import SAMPLE_RATE_HZ, Transcript
from deploy.bot import SalesBot
from deploy.gateway.app import GatewayParts, bot_title, create_gateway
from deploy.gateway.calls import Calls, open_calls
from deploy.gateway.phone import Phone
from deploy.gateway.server import Steps, Stopping, open_port, serve
from deploy.media.describe import describe
from deploy.media.records import CallRecord, TurnRecord
from deploy.media.transport import Sound
from deploy.metrics import Metrics
from deploy.report import ReportParts, write_report
from deploy.settings import GatewaySettings
from deploy.terminal import progress
from dialogue.facts import Facts
from synth_data.augmentation.telephone import LINE_HZ, telephone
from synth_data.speakers import DEMO_CALLER
from synth_data.voices import DialectVoice

HOST = "127.0.0.1"
SENTENCES = (
    "我要能支持1000并发的云服务器，性价比高一点，还要支持异地备份，最好能对接我现有的ERP系统",
    "那这个的年费是多少",
)
NEEDS = {"product_inquiry", "requirement", "integration"}
CONCURRENCY = 1000
PATIENCE_S = 30.0
"""An answer begins in less."""
LONGEST_REPLY_S = 120.0
"""The caller hears answers to their end; one to three needs takes half a minute and more."""


Between = Callable[[int], Awaitable[None]]
"""What happens before the caller says the sentence of this number (from 0)."""


class Demo:
    """One call; `recording` and `page` are what it leaves. `between` lets something happen while the line is open."""

    def __init__(
        self,
        bot: SalesBot,
        out: Path,
        sentences: Sequence[str] = SENTENCES,
        between: Between | None = None,
        conversation: str = "",
    ) -> None:
        """`conversation` is a UUID; without one each call has its own. Which of a response's variations is said depends on it."""
        self.recording = out / "call.wav"
        self.page = out / "report.html"
        self._bot = bot
        self.conversation = conversation or str(uuid.uuid4())
        self._out = out
        self._sentences = sentences
        self._between = between
        self._records: list[CallRecord] = []

    async def call(self) -> CallRecord:
        """Open the gateway, hold the call, close the gateway."""
        metrics, settings = Metrics(), GatewaySettings(port=0, audiosocket_port=0)
        web, telephone_port = open_port(HOST, 0, "--port"), open_port(HOST, 0, "--audiosocket-port")
        calls = open_calls(self._bot, settings, metrics, (Shown(),), recordings=self._out)
        calls.switchboard.ended = self._records.append
        parts = GatewayParts(self._bot, settings, metrics, calls.voice, bot_title(self._bot.bot.folder))
        stopping = Stopping()

        async def ready() -> None:
            await calls.start(telephone_port)
            progress(f"gateway   http://{HOST}:{web.getsockname()[1]}/  AudioSocket {HOST}:{telephone_port.getsockname()[1]}")

        serving = asyncio.create_task(
            serve(create_gateway(parts), web, stopping, Steps(ready, lambda: calls.stop(5.0), drain_s=5.0))
        )
        try:
            await self._converse(telephone_port.getsockname()[1], calls)
        finally:
            stopping.ask()
            await serving
        return self._records[0]

    def report(self, record: CallRecord, title: str = "演示通话 · xiangyin demo") -> None:
        """Leave the recording and the page."""
        self._out.joinpath(f"{self.conversation}.wav").replace(self.recording)
        write_report(self.page, ReportParts(record, self.recording, self._bot.events(self.conversation), title))

    async def _converse(self, port: int, calls: Calls) -> None:
        words = await asyncio.to_thread(caller_words, self._sentences)
        phone = await Phone.dial(HOST, port, uuid.UUID(self.conversation))
        await phone.quiet(for_s=0.6, within_s=PATIENCE_S)
        for number, (sentence, sound) in enumerate(zip(self._sentences, words, strict=True)):
            if self._between is not None:
                await self._between(number)
            progress(f"caller    {sentence}")
            asked_at = await phone.say(sound)
            await phone.reply_since(asked_at, PATIENCE_S)
            await phone.quiet(for_s=1.5, within_s=LONGEST_REPLY_S)
        await phone.hang_up()
        while calls.switchboard.active:
            await asyncio.sleep(0.02)


class Shown:
    """CallEvents on the terminal."""

    def heard(self, _transcript: Transcript, /) -> None:
        return

    def answered(self, turn: TurnRecord, /) -> None:
        print(describe(turn), flush=True)


def caller_words(sentences: Sequence[str] = SENTENCES) -> list[Sound]:
    """What the caller says, over a telephone, at its rate; a voice that the recogniser was not trained on."""
    voice = DialectVoice("cmn", DEMO_CALLER)
    random = np.random.default_rng(1)
    try:
        spoken = [voice.synthesize(sentence) for sentence in sentences]
    finally:
        voice.close()
    lines = [telephone(soxr.resample(speech.samples, speech.rate_hz, SAMPLE_RATE_HZ), random)[0] for speech in spoken]
    return [soxr.resample(line, SAMPLE_RATE_HZ, LINE_HZ) for line in lines]


def faults(record: CallRecord, facts: Facts) -> list[str]:
    """What the call should have come to and did not; empty when all is well."""
    if len(record.turns) < len(SENTENCES):
        return [f"{len(SENTENCES)} turns were to be answered, {len(record.turns)} were"]
    found = [f"need {need} was not found" for need in sorted(NEEDS - set(record.turns[0].needs))]
    last = record.turns[-1]
    quoted = last.slots.get("quoted")
    row = facts.tables["prices"].row(quoted.value) if quoted and "prices" in facts.tables else None
    if row is None:
        return [*found, "no row of facts/prices.csv was quoted"]
    if row["concurrency"] != CONCURRENCY:
        found.append(f"the row quoted serves {row['concurrency']} at once, not {CONCURRENCY}")
    if str(row["price_year_yuan"]) not in last.reply.replace(",", ""):
        found.append(f"the yearly price {row['price_year_yuan']} was not named")
    if last.answered is None:
        found.append("the answer was not heard")
    return found
