"""Small folders as PEFT writes them, and a bot that has adapters."""

from __future__ import annotations

import json
from pathlib import Path

from dialogue.adapters.adapter import Adapter
from dialogue.adapters.files import AdapterFiles, read_adapter
from dialogue.adapters.opening import described

BASE = "ab" * 32


def adapter_folder(folder: Path, weights: str = "weights", rank: int = 8, base: str = BASE, **config: object) -> Path:
    """An adapter of `rank`, with a card and a chat template; more of `config` goes into PEFT's own."""
    folder.mkdir(parents=True)
    values = {"peft_type": "LORA", "r": rank, "base_model_name_or_path": "llama-small", "target_modules": ["q_proj"], **config}
    (folder / "adapter_config.json").write_text(json.dumps(values), "utf-8")
    (folder / "adapter_model.safetensors").write_bytes(weights.encode())
    (folder / "chat_template.jinja").write_text("{{ messages }}", "utf-8")
    card = f"task: text-generation\nbase: {{name: llama-small, sha256: '{base}'}}\n"
    card += f"data: {{sha256: '{'cd' * 32}'}}\nmetrics: {{style: 0.93}}\npersona: expert\n"
    (folder / "model.yml").write_text(card, "utf-8")
    return folder


def entry(folder: Path, name: str, **more: str) -> tuple[Adapter, AdapterFiles]:
    files = read_adapter(folder)
    return described(files, name, **more), files


def adapter(name: str, **more: object) -> Adapter:
    """An entry without files."""
    return Adapter(name=name, content=str(more.pop("content", "ef" * 32)), rank=8, **more)  # type: ignore[arg-type]
