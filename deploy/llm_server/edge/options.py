"""What the llama.cpp server is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KEY = "SERVE_LLM_KEY"
"""Environment variable with the key that requests must carry; not an option, since every user of a machine sees those."""
PARALLEL = 2
"""Requests at once; each has a part of the context's memory of its own. A box for one shop has one or two calls."""


@dataclass(frozen=True, slots=True)
class EdgeOptions:
    """`context`: tokens of one request, prompt and answer together."""

    gguf: Path
    name: str = "base"
    context: int = 2048
    threads: int = 1
    parallel: int = PARALLEL
    adapters: tuple[tuple[str, Path], ...] = ()
    template: str = ""
    """Chat template (Jinja); empty: that of the GGUF."""
    key: str = ""
