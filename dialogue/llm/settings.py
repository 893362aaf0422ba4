"""What bot.yml says of a language model (`models: {llm: ...}`) and of asking it as a last resort (`last_resort:`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.server_settings import check_server

INSTRUCTIONS = "你是电话销售机器人的调度员。根据对话，从列出的动作里选一个最合适的；都不合适就选 none。只输出 JSON。"


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """An endpoint that speaks OpenAI's /chat/completions."""

    url: str
    """Address up to and with /v1."""
    model: str
    """Name of the model, or of an adapter that the server has loaded."""
    key_env: str = ""
    """Name of the environment variable that holds the key, where the server wants one."""
    deadline_s: float = 1.5
    """Everything included: what is not there by then is not used. A caller hears a longer pause as a broken line."""
    retries: int = 1
    """Further tries within the deadline when the server cannot be reached or is busy (429, 502, 503, 504)."""
    failures: int = 3
    """Failures in a row after which it is left alone."""
    rest_s: float = 10.0
    """How long."""

    def __post_init__(self) -> None:
        check_server(self, "LLM_KEY")


@dataclass(frozen=True, slots=True)
class UnderstandingSettings:
    """A language model that understands (nlu.generative): the folder of its adapter, and the server that has it loaded.

    Where `server` is later than its `deadline_s`, or down, the bot's own model understands.
    """

    folder: str
    server: LlmSettings


@dataclass(frozen=True, slots=True)
class LastResortSettings:
    """Asking the model what to do where neither rules nor stories know. It may choose among `actions` and say nothing itself."""

    actions: Mapping[str, str]
    """Action: when it is the right one, in words that the model reads."""
    instructions: str = INSTRUCTIONS
    utterances: int = 6
    """How many of the last things said it is shown."""

    def __post_init__(self) -> None:
        if not self.actions:
            raise ValueError("'actions' must list one action or more")
        if self.utterances < 1:
            raise ValueError(f"'utterances' must be 1 or more, got {self.utterances}")
