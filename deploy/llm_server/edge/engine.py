"""llama.cpp with one base and the adapters that it holds, which a request chooses among. Importing this module needs xllamacpp.

llama.cpp reads adapters when it loads a model, and weighs them in each request. So a change of the set makes a second one beside
the first (the file's pages are shared), which then takes its place; what the first has begun it still ends.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xllamacpp

from deploy.llm_server.edge.options import EdgeOptions
from dialogue.style.gguf_adapter import write_adapter


class EdgeError(ValueError):
    """An adapter that cannot be loaded; `status` is HTTP's."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True, slots=True)
class Running:
    """One llama.cpp: it ends when the last who uses it lets go of it. `adapters`: name to its place in requests."""

    server: Any  # xllamacpp.Server
    url: str
    key: str
    adapters: Mapping[str, int]

    def weights(self, model: str) -> list[dict[str, float]] | None:
        """What a request for a model is to carry; None for a model that is not held. `model` '' is the base."""
        if model and model not in self.adapters:
            return None
        return [{"id": place, "scale": float(name == model)} for name, place in self.adapters.items()]


class EdgeEngine:
    """Thread safe. Converted adapters lie in a folder of its own, which goes with it."""

    def __init__(self, options: EdgeOptions) -> None:
        """Load the base with the adapters of the options. Raises EdgeError and GgufAdapterError."""
        self.options = options
        self._folder = tempfile.TemporaryDirectory(prefix="xiangyin-llm-")
        self._places = dict(options.adapters)
        self._files = {name: self._converted(folder) for name, folder in options.adapters}
        self._changing = threading.Lock()
        self.running = self._begun(self._files)

    @property
    def places(self) -> Mapping[str, Path]:
        """Adapter: the folder that it came from."""
        return dict(self._places)

    def load(self, name: str, folder: Path) -> None:
        """Raises EdgeError for a name that is taken, GgufAdapterError for a folder that is no adapter of this base."""
        with self._changing:
            if name in self._files or name == self.options.name:
                raise EdgeError(400, f"The lora adapter '{name}' has already been loaded.")
            if not (folder / "adapter_config.json").is_file():
                raise EdgeError(404, f"Loading lora {name} failed: No adapter found for {folder}")
            self._change({**self._files, name: self._converted(folder)})
            self._places[name] = folder

    def unload(self, name: str) -> None:
        """Raises EdgeError."""
        with self._changing:
            if name not in self._files:
                raise EdgeError(404, f"The lora adapter '{name}' cannot be found.")
            gone = self._files[name]
            self._change({one: file for one, file in self._files.items() if one != name})
            del self._places[name]
            gone.unlink(missing_ok=True)

    def close(self) -> None:
        self._folder.cleanup()

    def _change(self, files: Mapping[str, Path]) -> None:
        self.running = self._begun(files)
        self._files = dict(files)

    def _converted(self, folder: Path) -> Path:
        return write_adapter(folder, self.options.gguf, Path(self._folder.name) / f"{secrets.token_hex(8)}.gguf")

    def _begun(self, files: Mapping[str, Path]) -> Running:
        options, key = self.options, secrets.token_hex(16)
        wanted = xllamacpp.CommonParams()
        wanted.model.path = str(options.gguf)
        wanted.n_parallel = options.parallel
        wanted.n_ctx = options.context * options.parallel
        wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = options.threads
        wanted.n_gpu_layers = 0
        wanted.fit_params = False  # it would try how much fits a GPU
        wanted.use_jinja = True
        wanted.chat_template = options.template
        wanted.ui = False
        wanted.cache_ram_mib = 0  # prompts of ended calls are not kept: a box has no memory to spare
        wanted.api_keys = [key]  # it listens on a port of its own: nobody but us
        wanted.verbosity = 1
        wanted.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(path), 1.0) for path in files.values()]
        wanted.lora_init_without_apply = True
        try:
            server = xllamacpp.Server(wanted)
        except RuntimeError as fault:
            raise EdgeError(500, f"llama.cpp loads neither {options.gguf} nor its adapters: {fault}") from None
        return Running(server, str(server.listening_address), key, {name: place for place, name in enumerate(files)})
