"""What vLLM 0.32 answers where adapters are listed, loaded and unloaded (vllm/entrypoints/openai/models/serving.py).

It looks for an adapter's files where it is told, as vLLM does, and forgets what it holds at `restart`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.loopback import listening


@dataclass
class Vllm:
    """A model server. `fails`: so many answers 503 come first; `updates`: started with VLLM_ALLOW_RUNTIME_LORA_UPDATING."""

    base: str = "base"
    updates: bool = True
    fails: int = 0
    max_rank: int = 16
    url: str = ""
    held: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def restart(self) -> None:
        self.held.clear()

    def models(self) -> dict[str, Any]:
        base = {"id": self.base, "object": "model", "root": "/models/base", "parent": None}
        adapters = [{"id": name, "object": "model", "root": path, "parent": self.base} for name, path in self.held.items()]
        return {"object": "list", "data": [base, *adapters]}

    def load(self, name: str, path: str) -> tuple[int, object]:
        if name == self.base:
            return 400, error(f"The lora adapter '{name}' conflicts with a served base model.", "InvalidUserInput", 400)
        if name in self.held:
            return 400, error(
                f"The lora adapter '{name}' has already been loaded. If you want to load the adapter in place, set "
                "'load_inplace' to True.",
                "InvalidUserInput",
                400,
            )
        config = Path(path) / "adapter_config.json"
        if not config.is_file():
            return 404, error(f"Loading lora {name} failed: No adapter found for {path}", "NotFoundError", 404)
        rank = json.loads(config.read_text("utf-8"))["r"]
        if rank > self.max_rank:
            return 500, error(f"LoRA rank {rank} is greater than max_lora_rank {self.max_rank}.", "InternalServerError", 500)
        self.held[name] = path
        return 200, f"Success: LoRA adapter '{name}' added successfully."

    def unload(self, name: str) -> tuple[int, object]:
        if name not in self.held:
            return 404, error(f"The lora adapter '{name}' cannot be found.", "NotFoundError", 404)
        del self.held[name]
        return 200, f"Success: LoRA adapter '{name}' removed successfully."

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, object]:
        self.asked.append(f"{method} {path}")
        if self.fails:
            self.fails -= 1
            return 503, {"detail": "not yet"}
        if (method, path) == ("GET", "/v1/models"):
            return 200, self.models()
        if self.updates and (method, path) == ("POST", "/v1/load_lora_adapter"):
            return self.load(body["lora_name"], body["lora_path"])
        if self.updates and (method, path) == ("POST", "/v1/unload_lora_adapter"):
            return self.unload(body["lora_name"])
        return 404, {"detail": "Not Found"}


def error(message: str, kind: str, code: int) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


@contextmanager
def vllm(port: int = 0, **options: Any) -> Iterator[Vllm]:
    """One on a port of this machine; 0: a free one."""
    served = Vllm(**options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.tell("GET", {})

        def do_POST(self) -> None:
            self.tell("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def tell(self, method: str, body: dict[str, Any]) -> None:
            served.keys.append(self.headers["Authorization"])
            status, said = served.answer(method, self.path, body)
            content = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with listening(Handler, port) as address:
        served.url = f"{address}/v1"
        yield served
