"""Where a server that speaks is: what bot.yml says of it, without what it takes to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from asr.dialects import DIALECT_CODES
from dialogue.server_settings import check_server

SoundFormat = Literal["wav", "pcm", "mp3", "opus", "flac"]


@dataclass(frozen=True, slots=True)
class SpokenAs:
    """What is asked for in one dialect; what is left empty is as in all others."""

    voice: str = ""
    instructions: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """A server with OpenAI's `/audio/speech`: CosyVoice, Qwen3-TTS, Kokoro, Piper and many others."""

    url: str
    """Up to and with /v1."""
    model: str
    voice: str
    """A voice that the server knows."""
    instructions: str = ""
    """How to speak, in words, for servers that read them: 用亲切的语气，说得慢一点."""
    dialects: Mapping[str, SpokenAs] = field(default_factory=dict)
    """By dialect code, where another voice or other instructions are wanted."""
    format: SoundFormat = "wav"
    """What the answer is asked for in; wav and pcm can be listened to as they come."""
    pcm_rate_hz: int = 24_000
    """Of pcm, which doesn't tell its rate; OpenAI's own."""
    speed: float = 1.0
    key_env: str = ""
    """Name of the environment variable that holds the key, where the server wants one."""
    deadline_s: float = 3.0
    """For a whole sentence, further tries included: as long as a caller may be left in silence before another voice stands in."""
    retries: int = 1
    """Further tries within the deadline when the server cannot be reached or is busy (429, 502, 503, 504)."""
    failures: int = 3
    """Failures in a row after which it is left alone."""
    rest_s: float = 10.0
    """How long."""

    def __post_init__(self) -> None:
        check_server(self, "SPEECH_KEY")
        unknown = sorted(set(self.dialects) - set(DIALECT_CODES))
        if unknown:
            raise ValueError(f"'dialects': unknown dialect '{unknown[0]}'; known are {', '.join(DIALECT_CODES)}")
        if not 0.25 <= self.speed <= 4:
            raise ValueError(f"'speed' must be between 0.25 and 4, got {self.speed:g}")
        if self.pcm_rate_hz < 8000:
            raise ValueError(f"'pcm_rate_hz' must be 8000 or more, got {self.pcm_rate_hz}")

    def speaking(self, dialect: str) -> SpeechServer:
        """The same with what `dialects` says of this one."""
        said = self.dialects.get(dialect, SpokenAs())
        return replace(
            self,
            voice=said.voice or self.voice,
            instructions=said.instructions or self.instructions,
            model=said.model or self.model,
        )
