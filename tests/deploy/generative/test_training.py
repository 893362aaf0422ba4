"""A training of generative understanding as a whole, on a tiny base: too small to learn, it only shows that all parts fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

import deploy  # noqa: E402
from deploy.generative.settings import GenerativeIntent  # noqa: E402
from deploy.generative.training import write_sentences  # noqa: E402
from deploy.training import train_config  # noqa: E402
from dialogue.style.pretraining import tokenizer as characters  # noqa: E402
from dialogue.style.samples import read_samples  # noqa: E402
from dialogue.yaml_file import YamlError  # noqa: E402
from nlu.generative.folder import load  # noqa: E402
from nlu.generative.in_memory import InMemory  # noqa: E402
from nlu.generative.parser import Generated, GenerativeParser  # noqa: E402
from nlu.loading import load_parser  # noqa: E402
from nlu.model_folder import ModelError  # noqa: E402
from tests.tiny_llama import tiny_llama  # noqa: E402

SERVER = {"start": 0, "end": 4, "entity": "product_type", "value": "cs"}
ROWS = [
    {"text": "你好", "intents": ["greet"]},
    {"text": "您好呀", "intents": ["greet"]},
    {"text": "多少钱", "intents": ["price"]},
    {"text": "一个月什么价", "intents": ["price"]},
    {
        "text": "云服务器怎么卖",
        "intents": ["price"],
        "entities": [SERVER],
    },
    {"text": "你好多少钱", "intents": ["greet", "price"]},
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    tokenizer: Any = characters.build([row["text"] for row in ROWS], 700)
    return tiny_llama(tmp_path / "base", tokenizer, hidden_size=16, intermediate_size=24, num_hidden_layers=1)


def config(tmp_path: Path, base: Path, **more: Any) -> Path:
    (tmp_path / "train.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), encoding="utf-8")
    keys = {
        "task_type": "intent",
        "architecture": "generative",
        "train_data": "train.jsonl",
        "base_model": str(base),
        "output_dir": "adapter",
        "compounds": 3,
        "settled_on": 2,
        "max_steps": 2,
        "batch_size": 4,
        "val_size": 4,
        "report_to": ["none"],
        "threads": 1,
        **more,
    }
    path = tmp_path / "intent.yaml"
    path.write_text(yaml.safe_dump({key: value for key, value in keys.items() if value is not None}), encoding="utf-8")
    return path


def test_labelled_sentences_become_an_adapter_that_loads_as_a_parser(base: Path, tmp_path: Path) -> None:
    told: list[str] = []
    outcome = train_config(config(tmp_path, base), (), told.append)
    assert outcome.folder == tmp_path / "adapter"
    assert outcome.figures["settled_on"] == 2
    assert any("1 of several needs left out" in line for line in told)
    samples = [json.loads(line) for line in (outcome.folder / "samples.jsonl").read_text("utf-8").splitlines()]
    assert {"input": "多少钱", "output": '{"n":[{"t":"多少钱","i":"C","e":[]}]}'} in samples
    card = yaml.safe_load((outcome.folder / "model.yml").read_text("utf-8"))
    assert (card["runtime"], card["task"], card["labels"]) == ("generative", "text-generation", ["greet", "price"])
    assert (outcome.folder / "adapter_model.safetensors").is_file()
    assert load(outcome.folder).book.intents == ("", "greet", "price")
    parser = load_parser(outcome.folder)
    assert isinstance(parser, GenerativeParser)
    assert [one.text for one in parser.parse_many(["多少钱", ""])] == ["多少钱", ""]


def test_odds_are_those_of_the_tokens_that_were_written(base: Path) -> None:
    for answer in InMemory.load(base).answers(["多少钱", "你好"]):
        assert isinstance(answer, Generated)
        assert "".join(token.text for token in answer.tokens) == answer.text.rstrip("\ufffd")
        for token in answer.tokens:
            assert len(token.others) == 20
            assert token.others[0][1] == max(value for _, value in token.others)


def test_an_adapter_on_another_base_is_refused(base: Path, tmp_path: Path) -> None:
    outcome = train_config(config(tmp_path, base, settled_on=0), (), lambda _line: None)
    weights = base / "config.json"
    weights.write_text(weights.read_text("utf-8").replace('"rms_norm_eps": 1e-06', '"rms_norm_eps": 1e-05'), encoding="utf-8")
    with pytest.raises(ModelError, match="another base"):
        load_parser(outcome.folder)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"train_data": None}, "name either a bot's folder"),
        ({"bot": "."}, "name either a bot's folder"),
        ({"compounds": -1}, "compounds must lie between"),
        ({"compuonds": 1}, "unknown key 'compuonds'"),
        ({"output_dir": None}, "lacks the key 'output_dir'"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    base: Path, tmp_path: Path, more: dict[str, Any], told: str
) -> None:
    with pytest.raises(YamlError, match=told):
        train_config(config(tmp_path, base, **more), (), lambda _line: None)


def test_the_recipe_of_the_examples_is_sound() -> None:
    from deploy.generative.settings import parted
    from deploy.training import read_config
    from dialogue.style.settings import StyleTraining
    from dialogue.yaml_file import fill

    sentences, adapter = parted(read_config(Path(__file__).parents[3] / "examples" / "generative" / "intent.yaml"))
    own, style = fill(GenerativeIntent, sentences), fill(StyleTraining, adapter)
    assert own.bot is not None
    assert (own.bot / "bot.yml").is_file()
    assert style.train_data[0].name == "samples.jsonl"


def test_a_base_reads_the_sentences_of_a_bot_without_those_that_an_adapter_keeps_aside(tmp_path: Path) -> None:
    file = tmp_path / "sentences.jsonl"
    write_sentences(Path(deploy.__file__).with_name("new_bot"), file, compounds=20, seed=42, val_size=0.0)
    every = {sample.question for sample in read_samples(file)}
    write_sentences(Path(deploy.__file__).with_name("new_bot"), file, compounds=20, seed=42, val_size=0.2)
    read = {sample.question for sample in read_samples(file)}
    assert read < every
    assert 0.75 < len(read) / len(every) < 0.85
