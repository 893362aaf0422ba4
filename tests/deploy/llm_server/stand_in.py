"""A process that stands in for a model server: python stand_in.py PORT [lists adapters as vLLM does, until it is ended]."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.dialogue.adapters.vllm_server import vllm

if __name__ == "__main__":
    # as vLLM's engine does, this one outlives a server that is killed
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with vllm(port=int(sys.argv[1])):
        threading.Event().wait()
