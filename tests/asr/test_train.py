"""Training, continuing, exporting and recognising on a corpus of beeps: small, but the real path from manifest to transcript."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
import yaml
from safetensors.torch import load_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

from asr.card import add_evaluation, file_hash
from asr.cer import ErrorRate
from asr.evaluate import AsrReport
from asr.features import MelSettings
from asr.manifest import ManifestError
from asr.recogniser import WhisperRecogniser
from asr.train import Trained, TrainingError, train
from asr.training.mel_augment import augment_mel
from asr.training.network import BaseModelError
from asr.training.schedule import Progress, learning_rate, share_done
from asr.training.settings import AsrTraining, AugmentSound
from asr.transcript import Samples
from asr.vocabulary import read_vocabulary
from tests.asr.beeps import TONES, beep_corpus, beeps

OPENAI_VOCABULARY = 51_865


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return beep_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def config(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> AsrTraining:
    return AsrTraining(
        manifests=(corpus,),
        output_dir=tmp_path_factory.mktemp("run"),
        base_model="tiny-zh",
        max_epochs=2,
        batch_seconds=4,
        ctc_share=0.5,
        bf16=False,
        threads=1,
    )


@pytest.fixture(scope="module")
def trained(config: AsrTraining) -> Trained:
    return train(config)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    model = WhisperForConditionalGeneration.from_pretrained(folder / "trainable")
    state: dict[str, torch.Tensor] = model.state_dict()
    return state


def test_a_run_leaves_a_model_that_recognises_and_can_be_trained_on(trained: Trained) -> None:
    assert (
        load_file(trained.folder / "trainable" / "model.safetensors")["model.decoder.embed_tokens.weight"].dtype == torch.float16
    )
    heard = WhisperRecogniser(trained.folder).transcribe(beeps("一二"))
    assert set(heard.text) <= set(TONES)
    assert 0 <= heard.confidence <= 1


def test_the_card_says_what_the_model_is_and_how_it_hears(trained: Trained, corpus: Path) -> None:
    report = AsrReport(3, ErrorRate(3, 0.1, 0.0, 0.2), {"yue": ErrorRate(3, 0.1, 0.0, 0.2)}, 0.01, 9.0, 12.0, 1.0, 2, 0)
    add_evaluation(trained.folder, "cloud_eval", report)
    card = yaml.safe_load((trained.folder / "model.yml").read_text(encoding="utf-8"))
    assert (card["task"], card["base"], card["metrics"]["steps"]) == ("asr", "tiny-zh", trained.steps)
    assert card["data"][0].split(" sha256 ")[1] == file_hash(corpus)
    assert card["evaluations"]["cloud_eval"]["cer_by_dialect"]["yue"].startswith("0.1000 (95 %: 0.0000 to 0.2000")


def test_the_same_seed_gives_the_same_weights(config: AsrTraining, trained: Trained, tmp_path: Path) -> None:
    again = train(replace(config, output_dir=tmp_path))
    ours, theirs = weights(trained.folder), weights(again.folder)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


class PowerCutError(Exception):
    """What ends a run in the middle."""


def test_a_run_that_was_cut_off_goes_on_to_the_same_weights(config: AsrTraining, tmp_path: Path) -> None:
    def lasting(calls: int) -> AugmentSound:
        left = iter(range(calls))

        def unchanged(samples: Samples, _rng: np.random.Generator) -> tuple[Samples, list[str]]:
            if next(left, None) is None:
                raise PowerCutError
            return samples, []

        return unchanged

    cut_off = replace(config, output_dir=tmp_path / "cut", resume_from_checkpoint=True, augment_share=1.0, short_passes=0)
    with pytest.raises(PowerCutError):
        train(cut_off, lasting(calls=60))  # in the second pass of 36 clips
    resumed = train(cut_off, lasting(calls=1000))
    whole = train(replace(cut_off, output_dir=tmp_path / "whole"), lasting(calls=1000))
    ours, theirs = weights(resumed.folder), weights(whole.folder)
    assert resumed.steps == whole.steps
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_training_goes_on_from_a_model_with_new_characters_and_phones(
    trained: Trained, config: AsrTraining, tmp_path: Path
) -> None:
    before = read_vocabulary(trained.folder / "trainable")
    after = train(
        replace(config, output_dir=tmp_path, init_from=str(trained.folder / "trainable"), extra_characters="云", max_steps=1)
    )
    vocabulary = read_vocabulary(after.folder)
    assert vocabulary.size == before.size + 1
    assert vocabulary.decode(vocabulary.encode("云一二")) == "云一二"
    row_before, row_after = before.encode("一")[0], vocabulary.encode("一")[0]
    ours, theirs = weights(trained.folder)["proj_out.weight"], weights(after.folder)["proj_out.weight"]
    assert (ours[row_before] - theirs[row_after]).abs().max() < 0.02


def test_the_card_names_the_base_by_name_and_hash_not_by_place(trained: Trained, config: AsrTraining, tmp_path: Path) -> None:
    base = trained.folder / "trainable"
    after = train(replace(config, output_dir=tmp_path, init_from=str(base), max_steps=1))
    card = (after.folder / "model.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(card)["base"] == f"{base.parent.name}/trainable sha256 {file_hash(base / 'model.safetensors')}"
    assert str(tmp_path.parent) not in card


def test_words_may_stay_those_of_the_model_that_training_goes_on_from(
    config: AsrTraining, trained: Trained, tmp_path: Path
) -> None:
    base = trained.folder / "trainable"
    more = replace(config, init_from=str(base), max_steps=1)
    kept = train(replace(more, output_dir=tmp_path / "kept", words="keep")).folder
    counted = train(replace(more, output_dir=tmp_path / "counted")).folder

    assert (kept / "lexicon.json").read_bytes() == (base / "lexicon.json").read_bytes()
    assert (counted / "lexicon.json").read_bytes() != (base / "lexicon.json").read_bytes()
    with pytest.raises(TrainingError, match=r"words: keep: the base \S+ has no lexicon\.json"):
        train(replace(config, output_dir=tmp_path / "none", words="keep", max_steps=1))


def test_sound_is_augmented_anew_in_each_pass_and_alike_in_each_run(config: AsrTraining, tmp_path: Path) -> None:
    def run(folder: Path) -> list[float]:
        drawn: list[float] = []

        def louder(samples: Samples, rng: np.random.Generator) -> tuple[Samples, list[str]]:
            drawn.append(float(rng.random()))
            return samples * 2, ["louder"]

        train(replace(config, output_dir=folder, augment_share=1.0, short_passes=0), louder)
        return drawn

    drawn = run(tmp_path / "once")
    assert len(set(drawn)) >= 2 * 36  # 36 clips twice, and a few for TensorBoard
    assert drawn == run(tmp_path / "again")


def openai_like(folder: Path) -> Path:
    """A checkpoint with OpenAI's vocabulary size and features, byte-level tokens and one tiny layer."""
    letters = {character: index for index, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    specials = [
        "<|endoftext|>",
        "<|startoftranscript|>",
        "<|en|>",
        "<|zh|>",
        "<|mi|>",
        "<|transcribe|>",
        "<|nospeech|>",
        "<|notimestamps|>",
    ]
    filler = {f"filler{index}": index for index in range(len(letters), OPENAI_VOCABULARY - len(specials))}
    tokenizer = Tokenizer(models.BPE(vocab={**letters, **filler}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    end = tokenizer.token_to_id("<|endoftext|>")
    shape = {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2}
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=OPENAI_VOCABULARY,
            **shape,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            pad_token_id=end,
            bos_token_id=end,
            eos_token_id=end,
            decoder_start_token_id=end + 1,
        )
    )
    model.generation_config.lang_to_id = {token: tokenizer.token_to_id(token) for token in ("<|en|>", "<|zh|>", "<|mi|>")}
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<|endoftext|>", eos_token="<|endoftext|>").save_pretrained(
        folder
    )
    MelSettings().write(folder)
    return folder


def test_a_checkpoint_of_openais_form_is_tuned_exported_and_recognises(config: AsrTraining, tmp_path: Path) -> None:
    base = openai_like(tmp_path / "base")
    tuned = train(replace(config, base_model=str(base), output_dir=tmp_path / "run", max_steps=2, ctc_share=0.0))
    vocabulary = read_vocabulary(tuned.folder)
    assert vocabulary.dialect_in_prompt
    assert vocabulary.size == OPENAI_VOCABULARY
    heard = WhisperRecogniser(tuned.folder).transcribe(beeps("一二三"))
    assert heard.dialect in ("cmn", "yue")


def test_bad_input_is_told_in_one_line(config: AsrTraining, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no such manifest"):
        train(replace(config, manifests=(tmp_path / "none.jsonl",)))
    with pytest.raises(TrainingError, match="nothing to train on"):
        train(replace(config, longest_s=0.01))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BaseModelError, match="not a Whisper model"):
        train(replace(config, base_model=str(tmp_path)))
    with pytest.raises(ValueError, match="'learning_rate' must be over 0"):
        replace(config, learning_rate=0)
    with pytest.raises(ValueError, match="'ctc_weight' must be from 0 to 1"):
        replace(config, ctc_weight=2)


def test_the_rate_rises_then_falls_and_the_clock_can_end_a_run(config: AsrTraining) -> None:
    rates = [learning_rate(config, done / 100) for done in range(101)]
    assert max(rates) == rates[8] == pytest.approx(config.learning_rate)
    assert rates[100] == pytest.approx(config.learning_rate / 100)
    assert share_done(config, Progress(step=5), 10) == 0.25
    assert share_done(replace(config, max_minutes=1), Progress(step=5, elapsed_s=60), 10) == 1


def test_spectrogram_augmentation_is_seeded_and_can_be_turned_off() -> None:
    mel = torch.randn(4, 80, 60)
    once, again = (augment_mel(mel, 1.0, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(once, again)
    assert once.shape[:2] == (4, 80)
    assert abs(once.shape[2] - 60) <= 10
    assert once.isfinite().all()
    assert torch.equal(augment_mel(mel, 0.0, torch.Generator()), mel)
