"""Scripted stand-ins for the parts that are slow, random or on the other end of a line. No Mock: each does one plain thing."""

# ruff: noqa: ARG002  the seams ask for arguments that a script has no use for

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from asr.transcript import SAMPLE_RATE_HZ, Samples, Transcript
from deploy.media.transport import FRAME_MS, Heard, LineClosedError, Sound
from dialogue.events import BotUttered
from dialogue.reply import Reply
from dialogue.state import DialogueState
from dialogue.wording.wording import Mouth
from nlu.understanding import Need
from synth_data.speech import Speech


@dataclass
class ScriptedRecogniser:
    """Hears the text whose duration in seconds is nearest to that of the sound, in its dialect; counts its calls."""

    texts: Mapping[float, str]
    heard_s: list[float] = field(default_factory=list)
    dialect: str = "cmn"

    def transcribe(self, samples: Samples) -> Transcript:
        seconds = len(samples) / SAMPLE_RATE_HZ
        self.heard_s.append(seconds)
        return Transcript(self.texts[min(self.texts, key=lambda known: abs(known - seconds))], self.dialect, 0.9)


@dataclass
class ScriptedBrain:
    """Answers a text with the reply that stands for it; says of itself what it was asked."""

    replies: Mapping[str, Reply] = field(default_factory=dict)
    greeting: str = "您好。"
    asked: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def start(self, conversation: str, channel: str) -> Reply:
        return said(self.greeting, "utter_greet")

    def turn(
        self,
        conversation: str,
        heard: str | Transcript,
        channel: str,
        metadata: Mapping[str, Any] | None = None,
        mouth: Mouth | None = None,
    ) -> Reply:
        text = heard if isinstance(heard, str) else heard.text
        self.asked.append(text)
        return self.replies.get(text, said("好的。"))

    def silence(self, conversation: str, channel: str) -> Reply:
        silences = self.asked.count("")
        self.asked.append("")
        if silences < 2:
            return said("您还在吗？", "utter_still_there")
        return said("再见。", "utter_silence_goodbye", "action_end_call", end=True)

    def end(self, conversation: str, reason: str) -> None:
        self.ended.append(reason)

    def state(self, conversation: str) -> DialogueState:
        return DialogueState(conversation, needs=(Need("price_inquiry", 0.9),) if self.asked and self.asked[-1] else ())


def said(text: str, *actions: str, hand_over: bool = False, end: bool = False) -> Reply:
    """A reply of one message."""
    message = BotUttered(text, text)
    return Reply((message,), (*(actions or ("utter_answer",)), "action_listen"), hand_over, end)


class ToneVoice:
    """Says a tone instead of words, a tenth of a second for each character; counts what it synthesised."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    def synthesize(self, text: str) -> Speech:
        self.spoken.append(text)
        seconds = np.arange(int(0.1 * len(text) * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        return Speech((0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32), SAMPLE_RATE_HZ)


class TimedLine:
    """A caller whose words begin at set seconds of the call, whatever the bot does; keeps what the bot sent, and when."""

    def __init__(
        self,
        words: Mapping[float, Sound],
        hang_up_s: float,
        rate_hz: int = 8000,
        paces: bool = False,
        echo: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """`echo`: how much of the bot's sound comes back (a factor), and after how many seconds."""
        self.rate_hz = rate_hz
        self.paces = paces
        self.sent: list[tuple[float, Sound]] = []
        self.cleared: list[float] = []
        self._sound = np.zeros(int(hang_up_s * rate_hz), np.float32)
        for begin_s, word in words.items():
            begin = int(begin_s * rate_hz)
            self._sound[begin : begin + len(word)] = word
        self._position = 0
        self._closed = False
        self._echo = echo
        self._echo_until = 0

    async def receive(self) -> Heard:
        size = self.rate_hz * FRAME_MS // 1000
        await asyncio.sleep((self._position + size) / self.rate_hz - now())
        if self._closed or self._position + size > len(self._sound):
            raise LineClosedError
        self._position += size
        return Heard(self._sound[self._position - size : self._position])

    def _come_back(self, samples: Sound) -> None:
        gain, delay_s = self._echo
        begin = max(int((now() + delay_s) * self.rate_hz), self._echo_until)
        self._echo_until = begin + len(samples)
        into = self._sound[begin : self._echo_until]
        into += gain * samples[: len(into)]

    async def send(self, samples: Sound) -> None:
        if self._closed:
            raise LineClosedError
        self.sent.append((now(), samples))
        self._come_back(samples)

    async def clear(self) -> None:
        self.cleared.append(now())

    async def close(self) -> None:
        self._closed = True

    def bot_seconds(self) -> list[float]:
        """When frames with sound in them were sent, rounded to a hundredth."""
        return [round(at, 2) for at, frame in self.sent if np.abs(frame).max() > 0.01]


def now() -> float:
    return asyncio.get_running_loop().time()
