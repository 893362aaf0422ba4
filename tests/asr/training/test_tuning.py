"""Which weights a training changes: all, LoRA's, the encoder's."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from asr.train import Trained, train
from asr.training.network import BaseModelError
from asr.training.settings import AsrTraining
from tests.asr.beeps import beep_corpus

State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("base")
    corpus = beep_corpus(folder, clips=20)
    return train(
        AsrTraining((corpus,), folder / "run", base_model="tiny-zh", max_steps=3, batch_seconds=4, bf16=False, threads=1)
    )


@pytest.fixture(scope="module")
def config(base: Trained, tmp_path_factory: pytest.TempPathFactory) -> AsrTraining:
    return AsrTraining(
        manifests=(base.folder.parent / "manifest.jsonl",),
        output_dir=tmp_path_factory.mktemp("tuned"),
        init_from=str(base.folder / "trainable"),
        learning_rate=1e-2,
        max_steps=4,
        batch_seconds=4,
        ctc_share=0.0,
        bf16=False,
        threads=1,
    )


def whisper(folder: Path) -> State:
    from transformers import WhisperForConditionalGeneration

    state: State = WhisperForConditionalGeneration.from_pretrained(folder / "trainable").state_dict()
    return state


def changed(before: State, after: State) -> set[str]:
    return {name for name in before if not torch.equal(before[name], after[name])}


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # peft asks transformers so
def test_lora_changes_the_named_modules_only_and_leaves_an_adapter_that_peft_loads(base: Trained, config: AsrTraining) -> None:
    from peft import PeftModel
    from transformers import WhisperForConditionalGeneration

    tuned = train(replace(config, finetuning_type="lora", lora_rank=4, target_modules=("q_proj", "v_proj")))
    before, after = whisper(base.folder), whisper(tuned.folder)
    names = changed(before, after)
    assert names
    assert all(".q_proj.weight" in name or ".v_proj.weight" in name for name in names)
    plain = WhisperForConditionalGeneration.from_pretrained(base.folder / "trainable")
    adapted = PeftModel.from_pretrained(plain, tuned.folder / "adapter").merge_and_unload().state_dict()
    assert all((adapted[name] - after[name]).abs().max() < 2e-3 for name in names)  # half precision


def test_encoder_only_leaves_the_decoder_as_it_is(base: Trained, config: AsrTraining, tmp_path: Path) -> None:
    tuned = train(replace(config, output_dir=tmp_path, finetuning_type="encoder"))
    names = changed(whisper(base.folder), whisper(tuned.folder))
    assert names
    assert all(name.startswith("model.encoder.") for name in names)


def test_a_module_that_the_network_lacks_is_told(config: AsrTraining, tmp_path: Path) -> None:
    with pytest.raises(BaseModelError, match="target_modules query_key_value: "):
        train(replace(config, output_dir=tmp_path, finetuning_type="lora", target_modules=("query_key_value",)))
