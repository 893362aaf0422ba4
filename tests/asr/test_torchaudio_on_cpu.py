"""torchaudio whose libraries cannot be loaded is imported without them; nothing else is touched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = "raise OSError('Could not load this library: libc10_cuda.so')\n"
WHOLE = "_IS_TORCHAUDIO_EXT_AVAILABLE = True\n"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("extension", "printed"), [(BROKEN, "False"), (WHOLE, "True")])
def test_only_a_library_that_fails_is_done_without(tmp_path: Path, extension: str, printed: str) -> None:
    (tmp_path / "torchaudio").mkdir()
    (tmp_path / "torchaudio" / "__init__.py").write_text("from . import _extension\n")
    (tmp_path / "torchaudio" / "_extension.py").write_text(extension)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from asr.torchaudio_on_cpu import tolerate_cuda_build\n"
        "tolerate_cuda_build(); tolerate_cuda_build()\n"
        "import torchaudio; print(torchaudio._extension._IS_TORCHAUDIO_EXT_AVAILABLE)"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert shown.stdout.strip() == printed


def test_transformers_and_peft_can_be_imported_beside_it() -> None:
    pytest.importorskip("torchaudio", exc_type=ImportError)
    code = (
        "from asr.torchaudio_on_cpu import tolerate_cuda_build\n"
        "tolerate_cuda_build()\n"
        "import peft, torchaudio\n"
        "from transformers import WhisperForConditionalGeneration\n"
        "import torch; print(tuple(torchaudio.functional.speed(torch.ones(1, 1600), 16000, 1.25)[0].shape))"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True)
    assert shown.stdout.strip() == "(1, 1280)"
