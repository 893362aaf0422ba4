"""How llama.cpp is started: as a process of its own from this environment, on a GGUF file."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.llm_server.edge.options import KEY
from deploy.llm_server.launch import Launch, LlmServerError
from deploy.llm_server.wanted import GGUF

FORMS = ("-gguf-int4", "-gguf-int8", "-gguf")
"""Where `xiangyin export BASE --to gguf` puts a base's GGUF, beside it."""
THREADS = max(1, (os.cpu_count() or 2) // 2)
"""Half of the cores: the recogniser and the voices need the others."""


@dataclass(frozen=True, slots=True)
class LlamaCpp:
    """deploy.llm_server.launch.Engine."""

    threads: int = THREADS
    name: str = "llama.cpp"

    def check(self, launch: Launch) -> None:
        """Raises LlmServerError."""
        if any(importlib.util.find_spec(name) is None for name in ("xllamacpp", "gguf")):
            raise LlmServerError("llama.cpp is not installed; `make llama-cpp` does so, or pip install 'xiangyin[edge-llm]'")
        gguf_of(launch.base)

    def command(self, launch: Launch) -> list[str]:
        words = [sys.executable, "-m", "deploy.llm_server.edge", str(gguf_of(launch.base).resolve()), "--name", launch.model]
        words += ["--host", launch.host, "--port", str(launch.port), "--context", str(launch.context)]
        words += ["--threads", str(self.threads)]
        if launch.template is not None:
            words += ["--template", str(launch.template.resolve())]
        for adapter in launch.fixed:
            words += ["--adapter", f"{adapter.name}={adapter.path}"]
        return words

    def environment(self, launch: Launch) -> Mapping[str, str]:
        return {KEY: launch.key} if launch.key else {}


def gguf_of(base: Path) -> Path:
    """The GGUF of a base: the file, the one in its folder, or the one that was exported beside it. Raises LlmServerError."""
    if base.suffix == ".gguf" and base.is_file():
        return base
    places = [base, *(base.with_name(base.name + form) for form in FORMS)]
    for place in places:
        if (place / GGUF).is_file():
            return place / GGUF
    raise LlmServerError(f"{base}: there is no {GGUF} in it or beside it; `xiangyin export {base} --to gguf --bits 4` writes one")
