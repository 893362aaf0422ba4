"""What holds for every test."""

from __future__ import annotations

from asr.torchaudio_on_cpu import tolerate_cuda_build

tolerate_cuda_build()
