"""Model servers of our own: vLLM, or llama.cpp on an edge box, with the adapters that the registry wants."""

from deploy.llm_server.launch import Launch, LlmServerError
from deploy.llm_server.server import LlmServer

__all__ = ["Launch", "LlmServer", "LlmServerError"]
