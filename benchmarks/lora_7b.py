"""python -m benchmarks.lora_7b: 50 updates of a LoRA classifier at LLaMA-2-7B's dimensions, with random weights, on one GPU.

Prints peak memory, tokens a second and utilisation. Weights don't matter to either, so nothing is downloaded. Exit status 1
without a GPU.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from asr.torchaudio_on_cpu import tolerate_cuda_build
from nlu.finetune import optimizers
from nlu.finetune.adapters import attach, trained_share
from nlu.finetune.loading import prepared
from nlu.finetune.settings import FineTuning


@dataclass(frozen=True, slots=True)
class Shape:
    """Dimensions of a LLaMA."""

    vocab_size: int = 32_000
    hidden_size: int = 4096
    intermediate_size: int = 11_008
    num_hidden_layers: int = 32
    num_attention_heads: int = 32


TINY = Shape(64, 32, 64, 2, 2)
"""For a try without a GPU."""
LABELS = 19
"""The sample bot's intents."""


@dataclass(frozen=True, slots=True)
class Result:
    """`flops_share`: of the peak that was given, by 4 operations a parameter and token (forward, and backward through frozen
    weights), 6 where activations are computed again. `busy` in per cent is the driver's own reading, None where it has none."""

    device: str
    steps: int
    trained_share: float
    peak_memory_gb: float
    tokens_per_s: float
    flops_share: float | None
    busy: float | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lora_7b", description=__doc__)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--checkpointing", action="store_true", help="compute activations again instead of keeping them")
    parser.add_argument("--peak-tflops", type=float, help="bf16 peak of the GPU, such as 312 for an A100, for the share used")
    parser.add_argument("--tiny", action="store_true", help="two small layers, on whatever is there: only whether it runs")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available() and not options.tiny:
        print("no GPU here: this benchmark needs one with 24 GB or more (--tiny tries the code without)")
        return 1
    tolerate_cuda_build()
    result = measure(TINY if options.tiny else Shape(), options)
    print(json.dumps(asdict(result)))
    return 0


def measure(shape: Shape, options: argparse.Namespace) -> Result:
    """The first tenth of the updates warm up and are not counted."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    config = FineTuning(
        base_model="random", output_dir=Path(), train_data=(Path(),), gradient_checkpointing=options.checkpointing
    )
    model = _model(shape, config, device)
    parameters = [one for one in model.parameters() if one.requires_grad]
    optimizer = optimizers.build([{"params": parameters, "lr": 2e-4}], config)
    warm = max(1, options.steps // 10)
    busy: list[float] = []
    began = time.perf_counter()
    for step in range(warm + options.steps):
        if step == warm:
            _wait(device)
            began = time.perf_counter()
        _update(model, optimizer, (options.batch, options.tokens, shape.vocab_size), device)
        busy += _busy(device)
    _wait(device)
    rate = options.steps * options.batch * options.tokens / (time.perf_counter() - began)
    share = trained_share(model)
    operations = (6 if options.checkpointing else 4) * share.total * rate
    return Result(
        device=torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        steps=options.steps,
        trained_share=share.share,
        peak_memory_gb=torch.cuda.max_memory_allocated() / 1e9 if device.type == "cuda" else 0.0,
        tokens_per_s=rate,
        flops_share=operations / (options.peak_tflops * 1e12) if options.peak_tflops else None,
        busy=sum(busy) / len(busy) if busy else None,
    )


def _model(shape: Shape, config: FineTuning, device: torch.device) -> Any:
    from transformers import LlamaConfig, LlamaForSequenceClassification

    values = LlamaConfig(**asdict(shape), pad_token_id=0)
    values.num_labels = LABELS
    dtype = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)  # half of the memory from the first byte on
    try:
        with device:
            model = LlamaForSequenceClassification(values)
    finally:
        torch.set_default_dtype(dtype)
    return attach(prepared(model, config), config, "SEQ_CLS", ("score",)).train()


def _update(model: Any, optimizer: Any, size: tuple[int, int, int], device: torch.device) -> None:
    rows, tokens, words = size
    ids = torch.randint(1, words, (rows, tokens), device=device)
    targets = (torch.rand(rows, LABELS, device=device) < 0.1).float()
    with torch.autocast(device.type, dtype=torch.bfloat16):
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), targets)
    torch.autograd.backward(loss)
    optimizer.step()
    optimizer.zero_grad()


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def _busy(device: torch.device) -> list[float]:
    """The driver's utilisation now, where its Python binding is installed."""
    if device.type != "cuda":
        return []
    try:
        return [float(torch.cuda.utilization())]
    except ModuleNotFoundError:
        return []


if __name__ == "__main__":
    raise SystemExit(main())
