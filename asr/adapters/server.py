"""Where a transcription server is: what bot.yml says of it, without what it takes to ask it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TranscriptionServer:
    """Where the server is. `url` ends before `/audio/transcriptions` (http://host:8000/v1); `key_env` names the environment
    variable that holds the key; `prompt` goes with each request (hot words); a turn is given up when the server is silent for
    `timeout_s`."""

    url: str
    model: str
    language: str = "zh"
    prompt: str = ""
    key_env: str = ""
    timeout_s: float = 4.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"'url' must begin with http:// or https://, got '{self.url}'")
        if self.timeout_s <= 0:
            raise ValueError(f"'timeout_s' must be over 0 seconds, got {self.timeout_s}")
