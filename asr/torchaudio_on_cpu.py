"""Lets torchaudio be imported beside a torch without CUDA.

The default package index has one build of torchaudio for Linux, for CUDA. Beside a CPU build of torch its two libraries cannot
be loaded, `import torchaudio` fails with an OSError, and with it every import of peft and of transformers' Whisper, since both
import torchaudio where it is installed. All that this project uses of it is written in Python and needs neither library.

Where the libraries load (a GPU machine, or a CPU build from PyTorch's own index) nothing changes.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

EXTENSION = "torchaudio._extension"
"""The module that loads the libraries, at its import."""


def tolerate_cuda_build() -> None:
    """From now on a torchaudio whose libraries cannot be loaded is imported without them. Costs nothing, imports no torch."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds the one module, and has it loaded by _Tolerant."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != EXTENSION:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Tolerant(spec.loader)
        return spec


class _Tolerant(Loader):
    """Runs the module; where its libraries fail, gives it the names that the rest of torchaudio reads."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        try:
            self._loader.exec_module(module)
        except (OSError, RuntimeError):  # RuntimeError: the libraries load, but are of another CUDA than torch
            for name, value in _without_libraries().items():
                setattr(module, name, value)


def _without_libraries() -> dict[str, object]:
    return {
        "_IS_TORCHAUDIO_EXT_AVAILABLE": False,
        "_IS_ALIGN_AVAILABLE": False,
        "_check_cuda_version": lambda: None,
        "fail_if_no_align": _needs_library,
    }


def _needs_library(function: object) -> object:
    """torchaudio's decorator for its forced aligner; the functions themselves can be named, and fail when called."""
    return function
