"""Where adapters are put, and how little of a model they train."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nlu.finetune.adapters import attach, targets, trained_share
from nlu.finetune.base import BaseModelError
from nlu.finetune.settings import FineTuning

pytest.importorskip("peft")


def plain(**keys: Any) -> FineTuning:
    return FineTuning(base_model="x", output_dir=Path("o"), train_data=(Path("a"),), **keys)


def model(architecture: str) -> Any:
    """A tiny classifier without weights."""
    import torch
    from transformers import AutoModelForSequenceClassification, BertConfig, LlamaConfig, Qwen2Config

    kinds = {"llama": LlamaConfig, "qwen2": Qwen2Config, "bert": BertConfig}
    shape = {"vocab_size": 50, "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    with torch.device("meta"):
        return AutoModelForSequenceClassification.from_config(kinds[architecture](**shape))


def test_llama_2_7b_trains_less_than_a_thousandth_of_itself() -> None:
    import torch
    from transformers import LlamaConfig, LlamaForSequenceClassification

    shape = LlamaConfig(vocab_size=32000, hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32)
    shape.num_labels = 19
    with torch.device("meta"):
        share = trained_share(attach(LlamaForSequenceClassification(shape), plain(), "SEQ_CLS", ("score",)))
    assert share.total > 6_600_000_000
    assert share.trained == 32 * 2 * 2 * 8 * 4096 + 19 * 4096
    assert share.share < 0.001
    assert share.line.endswith("(0.065%)")


@pytest.mark.parametrize(
    ("architecture", "found"), [("llama", ["q_proj", "v_proj"]), ("qwen2", ["q_proj", "v_proj"]), ("bert", ["query", "value"])]
)
def test_the_layers_to_adapt_are_found_by_architecture(architecture: str, found: list[str]) -> None:
    assert targets(model(architecture), ()) == found


def test_they_can_be_named_or_all_be_taken() -> None:
    llama = model("llama")
    assert targets(llama, ("q_proj,o_proj",)) == ["q_proj", "o_proj"]
    assert targets(llama, ("all", "lm_head")) == targets(llama, ("all",))  # a classifier has none
    assert targets(llama, ("all",)) == ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    with pytest.raises(BaseModelError, match=r"no layer 'c_attn'; it has q_proj, k_proj"):
        targets(llama, ("c_attn",))


def test_only_the_topmost_layers_are_adapted_where_so_wished() -> None:
    adapted = attach(model("llama"), plain(), "SEQ_CLS", ("score",), topmost=1)
    assert not any(one.requires_grad for name, one in adapted.named_parameters() if "layers.0." in name)
    assert any(one.requires_grad for name, one in adapted.named_parameters() if "layers.1." in name)
