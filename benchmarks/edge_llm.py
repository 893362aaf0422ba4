"""A language model on an edge box: an INT4 GGUF behind llama.cpp: size, memory, first sentence, tokens a second.

    python -m benchmarks.edge_llm                      the small base of examples/style (xiangyin export ... --bits 4)
    python -m benchmarks.edge_llm --shape llama-1.1b   random weights in the shape of a real model: what the format itself gives

A shape's answers mean nothing, so its first sentence is its first FIRST_SENTENCE tokens. Sizes of larger shapes are computed.
"""

from __future__ import annotations

import argparse
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.edge import memory_mb
from benchmarks.random_gguf import SHAPES, Shape, size_bytes, write_random
from deploy.llm_server.launch import Launch
from deploy.llm_server.llama_cpp import LlamaCpp, gguf_of
from deploy.llm_server.server import LlmServer
from deploy.terminal import print_json, progress, table
from dialogue.llm.client import ChatClient, ChatRequest, LlmError, Said
from dialogue.llm.settings import LlmSettings
from dialogue.spoken import sentences
from dialogue.style.evaluation import read_prompts
from dialogue.style.samples import Turn

BASE = Path("build") / "models" / "style_base"
PROMPTS = Path("examples") / "style" / "data" / "unseen.jsonl"
BOUND_MB = 2000.0
FIRST_SENTENCE = 15
"""Characters, and so tokens, of a short first sentence of the sample house."""
TOKENS = 48


@dataclass(frozen=True, slots=True)
class Figures:
    """`first_ms`: from the request to the first whole sentence, median and 95th percentile; `peak_mb` of all its processes.

    `first_cpu_ms` and `tokens_cpu_s` count the server's own work instead of the clock: what a core that is free would give.
    """

    file_mb: float
    start_s: float
    memory_mb: float
    peak_mb: float
    first_ms: float
    first_p95_ms: float
    first_cpu_ms: float
    tokens_s: float
    tokens_cpu_s: float
    requests: int


def main() -> int:
    """Print the figures; 1 where file or memory exceed two gigabytes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edge_llm", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base", type=Path, default=BASE, help=f"a base with its GGUF in it or beside it (default: {BASE})")
    parser.add_argument("--shape", choices=SHAPES, help="random weights of this shape instead")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--requests", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    with _gguf(words) as path:
        found = measured(path, words.threads, words.requests, bool(words.shape))
    print(table([("figure", "value"), *((name, f"{value:,.1f}") for name, value in asdict(found).items())]))
    sizes = [(shape.name, f"{shape.weights / 1e9:.2f}", f"{size_bytes(shape) / 1e6:,.0f}") for shape in SHAPES.values()]
    print(table([("shape, INT4", "weights, 10^9", "file, MB (computed)"), *sizes]))
    if words.json:
        print_json(asdict(found))
    return 1 if max(found.file_mb, found.peak_mb) > BOUND_MB else 0


@contextmanager
def _gguf(words: argparse.Namespace) -> Iterator[Path]:
    if not words.shape:
        yield gguf_of(words.base)
        return
    shape: Shape = SHAPES[words.shape]
    with tempfile.TemporaryDirectory() as folder:
        progress(f"writing {shape.name}: {size_bytes(shape) / 1e6:,.0f} MB of random weights")
        yield write_random(shape, Path(folder) / "model.gguf")


def measured(path: Path, threads: int, requests: int, random_weights: bool) -> Figures:
    """Start llama.cpp on the file as `xiangyin serve-llm` does, ask one request after the other. Raises LlmServerError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        launch = Launch(path.parent if path.name == "model.gguf" else path, port=free.getsockname()[1], context=512)
    server = LlmServer(LlamaCpp(threads), launch, progress, threading.Event())
    prompts = [asked.turns for asked in read_prompts(PROMPTS)][:requests]
    try:
        start_s = server.start()
        with closing(ChatClient(LlmSettings(launch.url, launch.model, deadline_s=600.0))) as client:
            asking = _Asking(client, server.pid or os.getpid(), random_weights)
            asking.ask(prompts[0])  # the first one loads pages
            timed = [asking.ask(prompt) for prompt in prompts]
        resident, peak = memory_mb(asking.pid)
    finally:
        server.end()
    firsts = [one.first_ms for one in timed]
    return Figures(
        file_mb=path.stat().st_size / 1e6,
        start_s=start_s,
        memory_mb=resident,
        peak_mb=peak,
        first_ms=float(np.median(firsts)),
        first_p95_ms=float(np.percentile(firsts, 95)),
        first_cpu_ms=float(np.median([one.first_cpu_ms for one in timed])),
        tokens_s=float(np.median([one.tokens_s for one in timed])),
        tokens_cpu_s=float(np.median([one.tokens_cpu_s for one in timed])),
        requests=len(timed),
    )


@dataclass(frozen=True, slots=True)
class _Answered:
    """Of one request; tokens a second from the first one on."""

    first_ms: float
    first_cpu_ms: float
    tokens_s: float
    tokens_cpu_s: float


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks the server whose process is `pid`."""

    client: ChatClient
    pid: int
    random_weights: bool

    def ask(self, prompt: Sequence[Turn]) -> _Answered:
        request = ChatRequest(tuple(Said(turn.role, turn.text) for turn in prompt), max_tokens=TOKENS)
        said, moments, first = "", [self._now()], 0
        try:
            for piece in self.client.stream(request):
                moments.append(self._now())
                said += piece
                first = first or (len(moments) - 1 if self._whole(said, len(moments) - 1) else 0)
        except LlmError as fault:
            if fault.kind != "cut":  # random weights never come to an end
                raise
        began, begun = moments[0], moments[1]
        reached, ended, tokens = moments[first or -1], moments[-1], len(moments) - 2
        return _Answered(
            (reached[0] - began[0]) * 1000,
            (reached[1] - began[1]) * 1000,
            tokens / max(1e-9, ended[0] - begun[0]),
            tokens / max(0.01, ended[1] - begun[1]),
        )

    def _whole(self, said: str, tokens: int) -> bool:
        """Whether the first sentence is there."""
        return tokens >= FIRST_SENTENCE if self.random_weights else len(sentences(said + "。")) > 1

    def _now(self) -> tuple[float, float]:
        """Seconds by the clock, and seconds that the server has worked (counted in hundredths)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return time.perf_counter(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main())
