from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

WARM, CRISP = "您好，每月229元", "报价85元"


@dataclass(frozen=True)
class Made:
    """Folders of a base, of its GGUF, and of two adapters that say WARM and CRISP."""

    base: Path
    gguf: Path
    warm: Path
    crisp: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    torch = pytest.importorskip("torch")
    pytest.importorskip("peft")
    from dialogue.style.export import load
    from dialogue.style.gguf import FILE, write
    from tests.deploy.llm_server.made import tiny_adapter, tiny_base

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("models")
    base = tiny_base(root / "base")
    whole = load(base)
    whole.tokenizer.save_pretrained(str(root / "base-gguf-int8"))
    write(whole, root / "base-gguf-int8" / FILE, 8)
    (root / "base-gguf-int8" / "model.yml").write_text((base / "model.yml").read_text("utf-8"), "utf-8")
    warm, crisp = (tiny_adapter(root / name, base, says) for name, says in (("warm", WARM), ("crisp", CRISP)))
    return Made(base, root / "base-gguf-int8" / FILE, warm, crisp)
