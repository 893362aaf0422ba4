"""Pronunciations and language model of a training."""

from collections import Counter
from pathlib import Path

import pytest

from asr import lexicon
from asr.language_model import count
from asr.manifest import Clip
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
