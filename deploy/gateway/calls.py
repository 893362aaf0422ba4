"""The gateway's calls: the switchboard, its telephone port, its browser socket and its figures, opened and closed together."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.websockets import WebSocket

from asr.transcript import Transcript
from deploy.gateway.audiosocket import AudioSocketServer
from deploy.gateway.voice_ws import voice_endpoint
from deploy.media.equip import Talking, equip, expect_words, fixed_sentences, voice_of
from deploy.media.options import CallOptions
from deploy.media.parts import CallEvents, CallParts
from deploy.media.records import TurnRecord
from deploy.media.speaker import Speaker
from deploy.media.switchboard import Switchboard, SwitchboardOptions
from deploy.metrics import Metrics
from deploy.settings import GatewaySettings
from dialogue.bot_files import Bot
from dialogue.domain import VOICE
from dialogue.reply import Reply, StageTimes
from synth_data.voices.espeak import VoiceError

log = logging.getLogger(__name__)

WARM_RATES_HZ = (8000, 16000)
"""Telephones and browsers."""


class Calls:
    """What `xiangyin run` opens for speech."""

    def __init__(self, switchboard: Switchboard, bot: Bot, voice_failed: Callable[[], None] = lambda: None) -> None:
        self.switchboard = switchboard
        self.voice: Callable[[WebSocket], Awaitable[None]] = voice_endpoint(switchboard)
        self._server = AudioSocketServer(switchboard)
        self._bot = bot
        self._voice_failed = voice_failed
        self._warming: asyncio.Task[None] | None = None
        self._learning: asyncio.Task[None] | None = None

    async def start(self, listener: socket.socket) -> None:
        """Answer the telephone; the bot's words are learnt and its fixed sentences synthesised meanwhile."""
        await self._server.start(listener)
        self._learning = asyncio.create_task(asyncio.to_thread(self.expect, self._bot))
        self._warm_up()

    def expect(self, bot: Bot) -> None:
        """Listen for the words of a new version. Takes a second: not for the event loop, where all calls would fall silent."""
        for recogniser in self.switchboard.recognisers:
            expect_words(recogniser, bot)

    def renew(self, bot: Bot) -> None:
        """Take up how a new version of the bot sounds and how calls are held, from the next call on."""
        self.switchboard.renew(CallOptions.of(bot.settings.channels.voice), self._new_speaker(bot))
        self._bot = bot
        self._warm_up()

    def _new_speaker(self, bot: Bot) -> Speaker | None:
        """None where the voice is as before, or cannot be had: calls then go on with the one before."""
        if bot.settings.voices == self._bot.settings.voices:
            return None
        try:
            return Speaker(voice_of(bot, self._voice_failed))
        except VoiceError as fault:
            log.error("%s; the bot goes on with the voice before", fault)
            return None

    def _warm_up(self) -> None:
        if self._warming is not None:
            self._warming.cancel()
        self._warming = asyncio.create_task(self.switchboard.warm_up(fixed_sentences(self._bot), *WARM_RATES_HZ))

    async def stop(self, drain_s: float) -> None:
        """Take no more calls, and let those under way end for `drain_s`."""
        for task in (self._warming, self._learning):
            if task is not None:
                task.cancel()
        await self._server.stop()
        await self.switchboard.close(drain_s)


def open_calls(
    bot: Talking,
    settings: GatewaySettings,
    metrics: Metrics,
    events: tuple[CallEvents, ...] = (),
    recordings: Path | None = None,
) -> Calls:
    """Load the recogniser and the voice, and be ready to answer. Raises RecogniserError where there is no model."""
    parts = equip(bot, voice_failed=metrics.voice_failed)
    options = SwitchboardOptions(settings.max_calls, recordings)
    switchboard = Switchboard(parts, options, (CallMetrics(metrics), *events), metrics)
    warm_recogniser(parts)
    return Calls(switchboard, bot.bot, metrics.voice_failed)


def warm_recogniser(parts: CallParts) -> None:
    """One second of faint noise through everything that is slow the first time."""
    import numpy as np

    from asr.vad import VoiceActivity

    noise = np.random.default_rng(0).normal(0.0, 0.01, 16000).astype(np.float32)
    VoiceActivity().hear(noise)
    parts.recogniser.transcribe(noise)


class CallMetrics:
    """CallEvents into Prometheus' figures."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def heard(self, _transcript: Transcript, /) -> None:
        return

    def answered(self, turn: TurnRecord, /) -> None:
        times = turn.times
        stages = StageTimes(times.recognise_ms, times.understand_ms, times.decide_ms, times.store_ms)
        handed = "action_hand_over" in turn.actions
        reply = Reply(actions=turn.actions, hand_over=handed, times=stages, blocked=turn.blocked, wordings=turn.wordings)
        self._metrics.turn(VOICE, reply)
        self._metrics.stage("recognise", times.recognise_ms)
        self._metrics.stage("speak", times.speak_ms)
        if times.first_audio_ms is not None:
            self._metrics.stage("first_audio", max(0.0, times.first_audio_ms))
