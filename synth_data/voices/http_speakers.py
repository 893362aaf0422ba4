"""Many callers of one speech server, for corpora: voices, speeds and dialects drawn by a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from dialogue.speech_server import SpeechServer
from synth_data.speech import Speech
from synth_data.voices.espeak import VoiceError
from synth_data.voices.http import HttpVoice
from synth_data.voices.sound_cache import SoundCache

INSTRUCTIONS = {
    "yue": "请用粤语说",
    "wuu": "请用上海话说",
    "nan": "请用闽南话说",
    "cmn-sichuan": "请用四川话说",
    "cmn-dongbei": "请用东北话说",
    "cmn-zhongyuan": "请用河南话说",
    "cmn-jianghuai": "请用南京话说",
    "cmn-wu": "请用带上海口音的普通话说",
    "cmn-yue": "请用带广东口音的普通话说",
    "cmn-min": "请用带福建口音的普通话说",
}
"""As CosyVoice and Qwen3-TTS take them; what `dialects` of the server says comes before."""


@dataclass(frozen=True, slots=True)
class HttpVoices:
    """The voices of a corpus that a server speaks: its config section. No voice serves both splits."""

    server: SpeechServer
    voices: tuple[str, ...]
    eval_voices: tuple[str, ...] = ()
    speed_range: tuple[float, float] = (0.85, 1.15)
    cache: Path | None = None
    """A folder where answers are kept, so that a corpus made again asks for nothing twice."""

    def __post_init__(self) -> None:
        both = set(self.voices) & set(self.eval_voices)
        if both:
            raise VoiceError(f"'voices' and 'eval_voices' both name {', '.join(sorted(both))}; a voice serves one of them")
        if len(self.speed_range) != 2 or not 0.25 <= self.speed_range[0] <= self.speed_range[1] <= 4:
            raise VoiceError(f"'speed_range' must be [slowest, fastest] within 0.25 and 4, got {list(self.speed_range)}")


@dataclass(frozen=True, slots=True)
class HttpSpeaker:
    """One caller: a voice of the server, and how fast it speaks."""

    voice: str
    speed: float

    @property
    def name(self) -> str:
        """The speaker of a manifest; voices tell speakers apart, speeds don't."""
        return f"http-{self.voice}"


class HttpSpeakers:
    """All callers of one server. Threads may share it."""

    def __init__(self, config: HttpVoices) -> None:
        """Raises VoiceError where the key's variable is not set."""
        self._config = config
        self._voice = HttpVoice(config.server, cache=None if config.cache is None else SoundCache(config.cache))

    def draw(self, rng: np.random.Generator, split: Literal["train", "eval"]) -> HttpSpeaker:
        """Raises VoiceError where the config names no voice for the split."""
        names = self._config.voices if split == "train" else self._config.eval_voices
        if not names:
            raise VoiceError(f"the server's {'voices' if split == 'train' else 'eval_voices'} are empty; name one or more")
        speed = round(float(rng.uniform(*self._config.speed_range)), 2)
        return HttpSpeaker(names[int(rng.integers(len(names)))], speed)

    def speak(self, text: str, dialect: str, speaker: HttpSpeaker) -> Speech:
        """Hanzi in, as a customer of this dialect says them. Raises VoiceError when the server fails."""
        server = self._config.server.speaking(dialect)
        own = dialect in self._config.server.dialects and self._config.server.dialects[dialect].instructions
        instructions = server.instructions if own else "，".join(filter(None, (INSTRUCTIONS.get(dialect), server.instructions)))
        return self._voice.say(text, replace(server, voice=speaker.voice, speed=speaker.speed, instructions=instructions))

    def close(self) -> None:
        """Let its connections go."""
        self._voice.close()
