from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from dialogue.style.card import read_card  # noqa: E402
from dialogue.style.export import load  # noqa: E402
from dialogue.style.generating import answers  # noqa: E402
from dialogue.style.pretraining.settings import Pretraining  # noqa: E402
from dialogue.style.pretraining.train import pretrain  # noqa: E402
from dialogue.style.samples import Turn  # noqa: E402
from nlu.finetune.settings import SettingsError  # noqa: E402

SMALL = {"layers": 1, "width": 32, "heads": 2, "inner": 32, "context": 256, "batch_tokens": 256, "vocabulary": 512}


def test_a_base_is_made_goes_on_where_it_stopped_and_answers(tmp_path: Path) -> None:
    config = Pretraining(output_dir=tmp_path, max_steps=3, save_steps=2, eval_steps=2, held_out=2, warmup_steps=1, **SMALL)
    assert pretrain(config).figures["updates"] == 3
    assert (tmp_path / "checkpoint-2").is_dir()
    again = pretrain(dataclasses.replace(config, max_steps=4))
    assert again.figures["updates"] == 4
    assert 0 <= again.figures["carried"] <= 1
    card = read_card(tmp_path)
    assert (card["task"], card["form"]) == ("text-generation", "base")
    loaded = load(tmp_path)
    assert len(answers(loaded.model, loaded.tokenizer, [(Turn("user", "多少钱"),)], loaded.end, 3)) == 1


def test_a_shape_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"width 100 must be heads \(3\) times an even number"):
        Pretraining(output_dir=tmp_path, width=100, heads=3)
    with pytest.raises(SettingsError, match="text_share without texts"):
        Pretraining(output_dir=tmp_path, text_share=0.5)


def test_a_base_goes_on_from_another_with_its_tokens(tmp_path: Path) -> None:
    config = Pretraining(output_dir=tmp_path / "first", max_steps=1, held_out=2, warmup_steps=0, **SMALL)
    pretrain(config)
    more = dataclasses.replace(config, output_dir=tmp_path / "more", init_from=tmp_path / "first", learning_rate=1e-9, layers=4)
    pretrain(more)
    first, second = load(tmp_path / "first"), load(tmp_path / "more")
    assert second.tokenizer.get_vocab() == first.tokenizer.get_vocab()
    for name, weights in first.model.state_dict().items():
        assert torch.allclose(weights, second.model.state_dict()[name], atol=1e-5), name
    with pytest.raises(SettingsError, match=r"init_from: there is no model in \S+none; train it first"):
        dataclasses.replace(config, init_from=tmp_path / "none")
