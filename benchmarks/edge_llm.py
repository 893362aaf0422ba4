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
    """`first_ms`: from the request to the first whole sentence, median and 95th percentile; `peak_mb` of all its processes."""

    file_mb: float
    start_s: float
    memory_mb: float
    peak_mb: float
    first_ms: float
    first_p95_ms: float
    tokens_s: float
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
            _asked(client, prompts[0], random_weights)  # the first one loads pages
            timed = [_asked(client, prompt, random_weights) for prompt in prompts]
        resident, peak = memory_mb(server.pid or os.getpid())
    finally:
        server.end()
    firsts = [first for first, _ in timed]
    return Figures(
        file_mb=path.stat().st_size / 1e6,
        start_s=start_s,
        memory_mb=resident,
        peak_mb=peak,
        first_ms=float(np.median(firsts)),
        first_p95_ms=float(np.percentile(firsts, 95)),
        tokens_s=float(np.median([rate for _, rate in timed])),
        requests=len(timed),
    )


def _asked(client: ChatClient, prompt: Sequence[Turn], random_weights: bool) -> tuple[float, float]:
    """Milliseconds to the first sentence, and pieces (tokens) a second from the first piece on."""
    begun, said, times, first_ms = time.perf_counter(), "", list[float](), 0.0
    request = ChatRequest(tuple(Said(turn.role, turn.text) for turn in prompt), max_tokens=TOKENS)
    try:
        for piece in client.stream(request):
            times.append(time.perf_counter())
            said += piece
            whole = len(times) >= FIRST_SENTENCE if random_weights else len(sentences(said + "。")) > 1
            if not first_ms and whole:
                first_ms = (times[-1] - begun) * 1000
    except LlmError as fault:
        if fault.kind != "cut":  # random weights never come to an end
            raise
    ended = (time.perf_counter() - begun) * 1000
    rate = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0
    return first_ms or ended, rate


if __name__ == "__main__":
    raise SystemExit(main())
