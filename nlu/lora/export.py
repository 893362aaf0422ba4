"""A LoRA classifier merged into one transformers model, or exported to ONNX. Importing this module imports torch."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from nlu.finetune.adapters import quiet
from nlu.lora.folder import CARD, ONNX, ONNX_4BIT, Card, Form, plain, read_about, read_card, write_card
from nlu.lora.network import IntentNetwork
from nlu.lora.onnx import OnnxScorer
from nlu.lora.scoring import TorchScorer, load_scorer

TOLERANCE = 2e-2
"""Largest difference of a logit between torch and ONNX in fp32, on sentences of the check: rounding, not another model."""
_CHECKED = ("我想问下这个多少钱", "what does it cost, and can I try it first", "好")
_OPSET = 17


class ExportError(ValueError):
    """A model that cannot be exported so; the message says what can be done instead."""


def export(folder: Path, out: Path, to: Literal["onnx", "transformers"], bits: int | None = None) -> Path:
    """A model folder at `out`. Raises ModelError and ExportError."""
    if to == "transformers":
        if bits is not None:
            raise ExportError("--bits goes with --to onnx; a merged model is written in full")
        return merge(folder, out)
    return to_onnx(folder, out, bits)


def merge(folder: Path, out: Path) -> Path:
    """Base and adapter as one transformers model with its tokenizer: for programs that know no PEFT."""
    card = read_card(folder)
    scorer = load_scorer(folder, card)
    out.mkdir(parents=True, exist_ok=True)
    (out / CARD).unlink(missing_ok=True)
    classifier: Any = scorer.network.classifier
    classifier.config.id2label = dict(enumerate(card.labels))
    classifier.config.label2id = {label: at for at, label in enumerate(card.labels)}
    with quiet():
        classifier.save_pretrained(str(out), max_shard_size="1000GB")
        scorer.tokenizer.save_pretrained(str(out))
    _finish(folder, out, card, "merged")
    return out


def to_onnx(folder: Path, out: Path, bits: int | None = None) -> Path:
    """model.onnx (fp32, or int8 with bits=8), or model.int4.onnx with bits=4; checked against torch on a few sentences."""
    if bits not in (None, 4, 8):
        raise ExportError(f"--bits must be 8 or 4, got {bits}")
    card = read_card(folder)
    if card.form == "onnx":
        raise ExportError(f"{folder} is an ONNX model already; export from the folder that training wrote")
    scorer = load_scorer(folder, card)
    if not scorer.tokenizer.is_fast:
        raise ExportError(f"{folder}: its tokenizer has no tokenizer.json, which an ONNX model is run with")
    out.mkdir(parents=True, exist_ok=True)
    for old in (CARD, ONNX, ONNX_4BIT):
        (out / old).unlink(missing_ok=True)
    with quiet():
        scorer.tokenizer.save_pretrained(str(out))
    whole = out / ("whole.onnx" if bits else ONNX)
    _trace(scorer, whole)
    _check(scorer, OnnxScorer(out, card.max_length, whole.name))
    if bits:
        _quantise(whole, out / (ONNX if bits == 8 else ONNX_4BIT), bits)
        whole.unlink()
    _finish(folder, out, card, "onnx")
    return out


class _Traced(torch.nn.Module):
    """The network with the two outputs that understanding reads."""

    def __init__(self, network: IntentNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits, _, hidden = self.network(ids, mask)
        return logits.float(), self.network.score(hidden).float()


def _trace(scorer: TorchScorer, path: Path) -> None:
    ids = torch.ones((2, 6), dtype=torch.long)
    mask = torch.tensor([[1] * 6, [1] * 4 + [0] * 2])
    axes = {
        "ids": {0: "rows", 1: "tokens"},
        "mask": {0: "rows", 1: "tokens"},
        "logits": {0: "rows"},
        "tokens": {0: "rows", 1: "tokens"},
    }
    from torch.jit._trace import TracerWarning

    with quiet(), torch.no_grad(), warnings.catch_warnings():
        # The newer exporter needs onnxscript, which nothing else here does; this one is deprecated, not gone.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", TracerWarning)
        torch.onnx.export(
            _Traced(scorer.network.float().cpu()).eval(),
            (ids, mask),
            str(path),
            input_names=["ids", "mask"],
            output_names=["logits", "tokens"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )


def _check(scorer: TorchScorer, exported: OnnxScorer) -> None:
    for text in _CHECKED:
        one, other = scorer.score([text])[0], exported.score([text])[0]
        apart = float(np.abs(one.logits - other.logits).max())
        if apart > TOLERANCE:
            raise ExportError(f"the ONNX model differs from the trained one by {apart:.3g} in a logit; it was not finished")


def _quantise(source: Path, target: Path, bits: int) -> None:
    if bits == 8:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(str(source), str(target), weight_type=QuantType.QInt8, per_channel=True)
        return
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantiser = MatMulNBitsQuantizer(onnx.load(str(source)), bits=4, block_size=32, is_symmetric=True)
    quantiser.process()
    quantiser.model.save_model_to_file(str(target))


def _finish(folder: Path, out: Path, card: Card, form: Form) -> None:
    """model.yml as it was, but for the form."""
    about = {key: value for key, value in read_about(folder).items() if key not in plain(card)}
    if (folder / "metrics.json").is_file():
        shutil.copy(folder / "metrics.json", out / "metrics.json")
    write_card(out, replace(card, form=form), about)
