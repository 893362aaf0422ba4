"""A checkpoint as openai-whisper saves it, made here: the same logits, the same tokens, and a training that begins with it."""

import dataclasses
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("whisper", reason="openai-whisper is not installed (pip install 'xiangyin[whisper]')")

import torch
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import get_tokenizer

from asr.recogniser import WhisperRecogniser
from asr.train import train
from asr.training.network import BaseModelError, load
from asr.training.openai_checkpoint import load_openai
from asr.training.settings import AsrTraining
from tests.asr.beeps import beep_corpus, beeps

DIMS = ModelDimensions(
    n_mels=80,
    n_audio_ctx=1500,
    n_audio_state=16,
    n_audio_head=2,
    n_audio_layer=1,
    n_vocab=51_865,
    n_text_ctx=448,
    n_text_state=16,
    n_text_head=2,
    n_text_layer=1,
)


@pytest.fixture(scope="module")
def theirs() -> Whisper:
    torch.manual_seed(4)
    model = Whisper(DIMS).eval()
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)  # it is left as memory was
    return model


@pytest.fixture(scope="module")
def checkpoint(theirs: Whisper, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("openai") / "tiny.pt"
    torch.save({"dims": dataclasses.asdict(DIMS), "model_state_dict": theirs.state_dict()}, file)
    return file


def test_its_logits_are_those_of_openais_own_program(theirs: Whisper, checkpoint: Path) -> None:
    ours, vocabulary, mel = load_openai(checkpoint, 0.0)
    sound, tokens = torch.randn(2, mel.n_mels, 3000), torch.tensor([vocabulary.prompt("cmn-sichuan")] * 2)
    with torch.no_grad():
        logits = ours.eval()(input_features=sound, decoder_input_ids=tokens).logits
        wanted = theirs(sound, tokens)
    assert (logits - wanted).abs().max() < 1e-4 * wanted.abs().max()


def test_its_tokens_are_those_of_openais_own_program(checkpoint: Path) -> None:
    _, vocabulary, _ = load_openai(checkpoint, 0.0)
    tokenizer = get_tokenizer(multilingual=True, num_languages=99)
    for text in ("我要性价比高的云服务器，8核16G", "hello world's  test 123", "呢個ERP系統點賣㗎"):
        assert vocabulary.encode(text) == tokenizer.encode(text)
        assert vocabulary.decode(vocabulary.encode(text)) == text
    assert vocabulary.dialects["cmn"] == tokenizer.to_language_token("zh")
    assert len(set(vocabulary.dialects.values())) == len(vocabulary.dialects) == 11
    assert vocabulary.no_timestamps == tokenizer.no_timestamps


def test_training_begins_with_it_and_leaves_a_recogniser(checkpoint: Path, tmp_path: Path) -> None:
    corpus = beep_corpus(tmp_path, clips=12, dialects=("cmn", "cmn-wu"))
    config = AsrTraining(
        manifests=(corpus,), output_dir=tmp_path / "run", base_model=str(checkpoint), max_steps=2, ctc_share=0.0, threads=1
    )
    trained = train(config)
    again = load(str(trained.folder / "trainable"), 0.0)
    assert again.vocabulary.size == DIMS.n_vocab
    assert WhisperRecogniser(trained.folder).transcribe(beeps("一二")).dialect in again.vocabulary.dialects


def test_what_is_no_checkpoint_is_refused_in_one_line(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "text.pt").write_text("nothing")
    torch.save({"weights": 1}, tmp_path / "other.pt")
    found = torch.load(checkpoint, weights_only=True)
    torch.save({**found, "dims": {**found["dims"], "n_vocab": 51_864}}, tmp_path / "english.pt")
    torch.save({**found, "dims": {**found["dims"], "n_audio_layer": 2}}, tmp_path / "deep.pt")
    for name, told in {
        "none.pt": "there is no such file",
        "text.pt": "cannot be read as a checkpoint",
        "other.pt": "has the keys dims and model_state_dict",
        "english.pt": "English-only",
        "deep.pt": "do not fit its dims",
    }.items():
        with pytest.raises(BaseModelError, match=told):
            load(str(tmp_path / name), 0.0)
