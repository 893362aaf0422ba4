"""python -m deploy.llm_server.edge FILE.gguf: llama.cpp as a server; `xiangyin serve-llm --engine llama.cpp` starts it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import uvicorn

from deploy.llm_server.edge.options import KEY, PARALLEL, EdgeOptions


def main() -> int:
    """Serve until SIGTERM."""
    from deploy.llm_server.edge.app import Edge
    from deploy.llm_server.edge.engine import EdgeEngine

    parser = argparse.ArgumentParser(prog="python -m deploy.llm_server.edge", description="llama.cpp as a server.")
    parser.add_argument("gguf", type=Path, metavar="FILE.gguf")
    parser.add_argument("--name", default="base", help="name of the base in requests")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--context", type=int, default=2048, help="tokens of one request")
    parser.add_argument("--parallel", type=int, default=PARALLEL, help="requests at once")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--adapter", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--template", type=Path, metavar="FILE", help="chat template (default: that of the GGUF)")
    words = parser.parse_args()
    adapters = tuple((name, Path(folder)) for name, _, folder in (one.partition("=") for one in words.adapter))
    options = EdgeOptions(
        words.gguf,
        words.name,
        words.context,
        words.threads,
        words.parallel,
        adapters,
        "" if words.template is None else words.template.read_text(encoding="utf-8"),
        os.environ.get(KEY, ""),
    )
    try:
        engine = EdgeEngine(options)
    except ValueError as fault:
        print(f"error: {fault}", file=sys.stderr, flush=True)
        return 2
    try:
        uvicorn.run(Edge(engine).app(), host=words.host, port=words.port, access_log=False, log_level="warning")
    finally:
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
