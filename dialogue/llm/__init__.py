"""Language models behind an OpenAI-compatible endpoint (vLLM, llama.cpp, any other)."""

from dialogue.llm.client import ChatClient, ChatRequest, Chatter, LlmError, Said
from dialogue.llm.settings import LastResortSettings, LlmSettings, UnderstandingSettings

__all__ = [
    "ChatClient",
    "ChatRequest",
    "Chatter",
    "LastResortSettings",
    "LlmError",
    "LlmSettings",
    "Said",
    "UnderstandingSettings",
]
