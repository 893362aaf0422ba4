"""The tests that ask a language model, against the models of `make models-style` on a server that really runs: `make test-vllm`.

    python tests/services/language_model.py [--engine vllm] [--models build/models]

Skipped, and said so, where these models have not been made.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S, ENDS_WITHIN_S = 900.0, 60.0
VOICES = ("style_warm", "style_crisp")


def main() -> int:
    """Start the server, run the tests against it, stop it, also where this is terminated; the tests' exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="vllm", choices=("vllm", "llama.cpp"))
    parser.add_argument("--models", type=Path, default=ROOT / "build" / "models", help="where style_base and the adapters lie")
    arguments = parser.parse_args()
    models: Path = arguments.models
    missing = [name for name in ("style_base", *VOICES) if not (models / name / "model.yml").is_file()]
    if missing:
        print(f"NOT RUN: no {', '.join(missing)} in {models}; `make models-style` makes them", flush=True)
        return 0
    suite = ["tests/dialogue/wording/test_real_vllm.py"]
    adapters = {name: models / name for name in VOICES}
    if (models / "intent" / "model.yml").is_file():
        adapters["intent"] = models / "intent"
        suite.append("tests/deploy/generative/test_real_vllm.py")
    else:
        print("generative understanding NOT RUN: no build/models/intent; `make models-generative` makes it", flush=True)
    with serving(arguments.engine, models / "style_base", adapters) as url:
        environment = {**os.environ, "XIANGYIN_VLLM_URL": url, "XIANGYIN_VLLM_INTENT": str(models / "intent")}
        command = [sys.executable, "-m", "pytest", "-rs", *suite]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@contextmanager
def serving(engine: str, base: Path, adapters: dict[str, Path]) -> Iterator[str]:
    """`xiangyin serve-llm` on a free port of this machine; its URL up to and with /v1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    named = [part for name, folder in adapters.items() for part in ("--adapter", f"{name}={folder}")]
    command = [str(Path(sys.executable).with_name("xiangyin")), "serve-llm", "--engine", engine]
    server = subprocess.Popen([*command, "--base", str(base), "--port", str(port), *named], cwd=ROOT)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        _wait(url, server, tuple(adapters))
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=ENDS_WITHIN_S)


def _wait(url: str, server: subprocess.Popen[bytes], adapters: Sequence[str]) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/models", timeout=20) as answer:
                served = answer.read().decode()
                if all(f'"{name}"' in served for name in adapters):
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(1)
    sys.exit(f"the server did not come up with {', '.join(adapters)} within {STARTS_WITHIN_S:g} s")


if __name__ == "__main__":
    sys.exit(main())
