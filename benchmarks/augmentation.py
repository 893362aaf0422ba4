"""What augmentation costs, in milliseconds of one core a clip, each step and the chain: python -m benchmarks.augmentation"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np

from asr.torchaudio_on_cpu import tolerate_cuda_build
from synth_data.augmentation import RATE_HZ, Augment, Samples, noise, telephone
from synth_data.augmentation.codecs import RATES_HZ, coded, present
from synth_data.augmentation.levels import add_noise
from synth_data.augmentation.microphones import clipped, coloured, levelled
from synth_data.augmentation.noises import NOISES
from synth_data.augmentation.packet_loss import draw_losses, without_packets
from synth_data.augmentation.rooms import draw_room, in_room
from synth_data.augmentation.speeds import change_speed, change_tempo

Step = Callable[[Samples, np.random.Generator], object]


def main() -> None:
    """Print a table, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.augmentation", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of the clip (default 4)")
    parser.add_argument("--times", type=int, default=20, help="how often each step is done (default 20)")
    parser.add_argument("--clips", type=int, default=400, help="clips through the whole chain (default 400)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    options = parser.parse_args()
    one_thread()
    clip = voiced(options.seconds)
    found = {name: milliseconds(step, clip, options.times) for name, step in steps().items()}
    chain = Augment(babble=(clip, clip[::-1].copy()))
    found["the default chain, on average"] = milliseconds(chain, clip, options.clips)
    if options.json:
        print(json.dumps({name: round(ms, 3) for name, ms in found.items()}))
        return
    for name, ms in found.items():
        print(f"{name:44}{ms:8.2f} ms")


def steps() -> dict[str, Step]:
    """Every step by name; of those that there are two ways for, both."""
    return {
        "speed, torchaudio": lambda samples, _: change_speed(samples, 1.13),
        "speed, soxr": lambda samples, _: _soxr_speed(samples),
        "tempo, audiomentations": lambda samples, _: change_tempo(samples, 1.13),
        "tempo, torchaudio's phase vocoder": lambda samples, _: _phase_vocoder(samples),
        "room": lambda samples, rng: in_room(samples, draw_room(rng, (0.4, 0.4), (0.5, 0.5)), rng),
        "convolution with 0.4 s, torchaudio": _convolved,
        **{f"noise, {kind}": _noisy(kind) for kind in (*NOISES, "babble")},
        "microphone, audiomentations": lambda samples, _: coloured(samples, -5.0, 5.0),
        "gain control": lambda samples, _: levelled(samples),
        "clipping, audiomentations": lambda samples, _: clipped(samples, 2),
        "telephone, G.711": telephone,
        **{f"coder, {name}": _coding(name) for name in sorted(present())},
        "packet loss, concealed": lambda samples, rng: without_packets(samples, draw_losses(200, 0.1, 2.0, rng), True),
    }


def milliseconds(step: Step, clip: Samples, times: int) -> float:
    """The mean over `times`, after one that isn't counted; of processor time, so other programs don't count."""
    step(clip, np.random.default_rng(0))
    began = time.process_time()
    for seed in range(times):
        step(clip, np.random.default_rng(seed))
    return (time.process_time() - began) / times * 1000


def one_thread() -> None:
    """Torch on one core, as all else here is."""
    tolerate_cuda_build()
    import torch

    torch.set_num_threads(1)


def voiced(duration_s: float) -> Samples:
    """Something like a vowel that comes and goes three times a second."""
    time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 20))
    return (0.1 * tone * np.abs(np.sin(2 * np.pi * 1.5 * time_s))).astype(np.float32)


def _noisy(kind: str) -> Step:
    return lambda samples, rng: add_noise(samples, noise(kind, len(samples), rng, (samples, samples)), 10.0)


def _coding(name: str) -> Step:
    return lambda samples, _: coded(samples[:: RATE_HZ // RATES_HZ[name]], name)


def _soxr_speed(samples: Samples) -> object:
    import soxr

    return soxr.resample(samples, 113, 100, "MQ")


def _phase_vocoder(samples: Samples) -> object:
    import torch
    import torchaudio

    window = torch.hann_window(512)
    spectrum = torch.stft(torch.tensor(samples), 512, 128, window=window, return_complex=True)
    advance = torch.linspace(0, np.pi * 128, 257)[:, None]
    return torch.istft(torchaudio.functional.phase_vocoder(spectrum, 1.13, advance), 512, 128, window=window)


def _convolved(samples: Samples, rng: np.random.Generator) -> object:
    import torch
    import torchaudio

    response = torch.tensor(rng.standard_normal(6400, dtype=np.float32))
    return torchaudio.functional.fftconvolve(torch.tensor(samples), response)


if __name__ == "__main__":
    main()
