"""Pronunciations and language model of a training."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from asr import lexicon
from asr.language_model import NGrams, count
from asr.manifest import Clip
from asr.training.corpora import TrainingError
from asr.training.settings import AsrTraining
from asr.training.words import Heard, write_words
from asr.vocabulary import of_characters


def clip(text: str, phones: tuple[str, ...], dialect: str = "wuu") -> Clip:
    return Clip(Path("a"), text, dialect, "", 1.0, phones)


@pytest.fixture
def config(tmp_path: Path) -> AsrTraining:
    return AsrTraining(manifests=(tmp_path,), output_dir=tmp_path)


def test_characters_that_no_clip_says_are_read_as_the_dialect_says_them(config: AsrTraining, tmp_path: Path) -> None:
    clips = [clip("侬好", ("n", "ong1", "h", "o1"))] * 2
    said = {"侬": ("n", "ong1"), "好": ("h", "o1"), "谢": ("zh", "ia1")}

    def pronounce(text: str, _dialect: str) -> tuple[str, ...]:
        return said.get(text, ())

    folder = write_words(tmp_path / "words", of_characters("侬好谢"), Heard(clips, pronounce), tmp_path / "none", config)
    assert folder is not None
    found = {(text, phones): count for (text, phones, _), count in lexicon.read(folder).items()}
    assert found[("谢", ("zh", "ia1"))] == 2
    assert found[("侬", ("n", "ong1"))] == 4  # what was heard counts besides


def test_without_readings_only_what_was_heard_is_known(config: AsrTraining, tmp_path: Path) -> None:
    clips = [clip("侬好", ("n", "ong1", "h", "o1"))] * 2
    folder = write_words(tmp_path / "words", of_characters("侬好谢"), Heard(clips), tmp_path / "none", config)
    assert folder is not None
    assert {text for text, _, _ in lexicon.read(folder)} == {"侬", "好"}


def test_words_that_are_kept_get_tones_where_the_base_knows_none(tmp_path: Path) -> None:
    base, vocabulary = tmp_path / "base", of_characters("侬好")
    base.mkdir()
    lexicon.write(Counter({("好", ("h", "o"), "wuu"): 7}), base)
    count([(0, (1,))], 2).write(base, vocabulary.tokenizer.get_vocab())
    heard = Heard([clip("侬好", ("n", "ong1", "h", "o1"))] * 2)
    keeping = AsrTraining(manifests=(tmp_path,), output_dir=tmp_path, words="keep", tones=True)
    folder = write_words(tmp_path / "words", vocabulary, heard, base, keeping)
    assert folder is not None
    assert {phones for _, phones, _ in lexicon.read(folder)} == {("n", "ong1"), ("h", "o1"), ("h", "o")}
    assert (folder / "language_model.npz").read_bytes() == (base / "language_model.npz").read_bytes()
    again = write_words(tmp_path / "again", vocabulary, Heard([clip("侬", ("n", "ong3"))] * 2), folder, keeping)
    assert again is not None
    assert lexicon.read(again) == lexicon.read(folder), "a base that knows tones is kept as it is"


def test_written_texts_count_in_the_dialect_that_they_name(config: AsrTraining, tmp_path: Path) -> None:
    vocabulary, texts = of_characters("侬好谢"), tmp_path / "texts.tsv"
    texts.write_text("wuu\t侬好\n谢谢，好\n没有\n", encoding="utf-8")
    heard = Heard([clip("侬", ("n", "ong1"))])
    folder = write_words(tmp_path / "words", vocabulary, heard, tmp_path / "none", replace(config, language_texts=(texts,)))
    assert folder is not None
    model = NGrams.read(folder, vocabulary.tokenizer.get_vocab(), vocabulary.end)
    assert model is not None
    (wu, mandarin), (own, other) = (vocabulary.dialects[code] for code in ("wuu", "cmn")), vocabulary.encode("侬谢")
    assert model.score((wu,) * 4, own) > model.score((wu,) * 4, other)
    assert model.score((mandarin,) * 4, other) > model.score((mandarin,) * 4, own)


def test_a_written_text_of_an_unknown_dialect_is_told_by_its_line(config: AsrTraining, tmp_path: Path) -> None:
    texts = tmp_path / "texts.tsv"
    texts.write_text("侬好\nhakka\t侬好\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"texts\.tsv:2: 'hakka' is no dialect of the model \(known: cmn, "):
        write_words(tmp_path, of_characters("侬好"), Heard([]), tmp_path / "none", replace(config, language_texts=(texts,)))


def test_own_words_forget_what_the_base_knew(config: AsrTraining, tmp_path: Path) -> None:
    base, vocabulary = tmp_path / "base", of_characters("侬好")
    heard = Heard([clip("侬好", ("n", "ong1", "h", "o1"))] * 2)
    write_words(base, vocabulary, heard, tmp_path / "none", config)
    added = write_words(tmp_path / "added", vocabulary, heard, base, config)
    own = write_words(tmp_path / "own", vocabulary, heard, base, replace(config, words="own"))
    assert added is not None
    assert own is not None
    assert set(lexicon.read(own).values()) == {2}
    assert set(lexicon.read(added).values()) == {4}


def test_words_are_found_in_the_folder_above_weights_for_training(config: AsrTraining, tmp_path: Path) -> None:
    model, vocabulary = tmp_path / "model", of_characters("侬好")
    (model / "trainable").mkdir(parents=True)
    write_words(model, vocabulary, Heard([clip("侬好", ("n", "ong1", "h", "o1"))] * 2), tmp_path / "none", config)
    kept = write_words(tmp_path / "kept", vocabulary, Heard([]), model / "trainable", replace(config, words="keep"))
    assert kept is not None
    assert lexicon.read(kept) == lexicon.read(model)


def test_another_way_to_count_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'words' is 'new'; it must be one of add, keep, own"):
        AsrTraining(manifests=(tmp_path,), output_dir=tmp_path, words="new")
