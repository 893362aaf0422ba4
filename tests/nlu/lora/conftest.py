"""Tiny bases of three architectures, with a tokenizer trained here; the real ones differ in size alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SENTENCES = {
    "price": (
        "这个多少钱一年",
        "报个价给我",
        "费用怎么算的",
        "多少钱",
        "价格是多少",
        "一年要多少钱",
        "你们怎么收费",
        "收费贵不贵",
    ),
    "trial": (
        "能先试用吗",
        "有没有试用版",
        "可以试几天吗",
        "我想先试一下",
        "给个试用账号",
        "试用要申请吗",
        "先试试再说",
        "能不能试用",
    ),
    "human": ("转人工", "我要找真人", "叫你们经理来", "人工客服在吗", "帮我接人工", "找个人跟我说", "不想跟机器讲", "换个人来"),
}
COMPOUND = (("多少钱一年能先试用吗", "price+trial"), ("先试一下再报个价", "trial+price"), ("价格太乱了转人工", "price+human"))


def rows() -> list[dict[str, Any]]:
    """Labelled sentences, three of them with two needs and two out of scope."""
    single = [{"text": text, "intents": [label]} for label, texts in SENTENCES.items() for text in texts]
    compound = [{"text": text, "intents": labels.split("+")} for text, labels in COMPOUND]
    return [*single, *compound, {"text": "今天天气不错", "intents": []}, {"text": "你吃饭了吗", "intents": []}]


def written(folder: Path, name: str = "train.jsonl", single: bool = False) -> Path:
    """The rows as a file; `single` leaves the compound ones out."""
    chosen = [row for row in rows() if not single or len(row["intents"]) < 2]
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def single_label_data(tmp_path: Path) -> Path:
    return written(tmp_path, "single.jsonl", single=True)


@pytest.fixture(scope="session")
def base_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a tiny base by architecture: llama, qwen2 or bert."""
    made: dict[str, Path] = {}

    def base(architecture: str) -> Path:
        if architecture not in made:
            made[architecture] = _make(tmp_path_factory.mktemp(architecture), architecture)
        return made[architecture]

    return base


def _make(folder: Path, architecture: str) -> Path:
    import torch
    from transformers import AutoModel, BertConfig, LlamaConfig, Qwen2Config

    torch.manual_seed(0)
    tokenizer = _tokenizer(encoder=architecture == "bert")
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    kinds = {"llama": LlamaConfig, "qwen2": Qwen2Config, "bert": BertConfig}
    more = {} if architecture == "bert" else {"num_key_value_heads": 2}
    config = kinds[architecture](**shape, **more, pad_token_id=0, bos_token_id=1, eos_token_id=2, max_position_embeddings=128)
    AutoModel.from_config(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return folder


def _tokenizer(encoder: bool) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]")) if encoder else Tokenizer(models.BPE(unk_token="<unk>"))
    special = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"] if encoder else ["<pad>", "<s>", "</s>", "<unk>"]
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    kind = trainers.WordPieceTrainer if encoder else trainers.BpeTrainer
    tokenizer.train_from_iterator(
        [row["text"] for row in rows()], kind(vocab_size=400, special_tokens=special, show_progress=False)
    )
    pad, begin, end, unknown = special
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}" if encoder else f"{begin} $A", special_tokens=[(begin, 1), (end, 2)]
    )
    names = {"cls_token": begin, "sep_token": end} if encoder else {"bos_token": begin, "eos_token": end}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=pad, unk_token=unknown, **names)
