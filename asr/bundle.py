"""Where the recogniser that comes with the program lies."""

from __future__ import annotations

from pathlib import Path


def bundled_folder() -> Path:
    """The bundled model: a CTranslate2 folder with its card (model.yml); `trainable/` in it is what training continues from."""
    return Path(__file__).parent / "bundled"
