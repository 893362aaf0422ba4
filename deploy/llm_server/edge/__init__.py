"""llama.cpp behind the protocol of OpenAI and vLLM: one GGUF, many adapters, chosen by the `model` of a request."""
