"""Training a recogniser. Only `settings` may be imported without torch; the rest is reached through asr.train."""

from asr.torchaudio_on_cpu import tolerate_cuda_build

tolerate_cuda_build()  # here, since the modules of this package import transformers at their top
