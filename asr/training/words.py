"""What a small model reads its phones with: pronunciations learnt from the corpora, and a language model of their texts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from asr import lexicon
from asr.dialects import DEFAULT_DIALECT
from asr.language_model import LANGUAGE_MODEL_FILE, Trigrams, count
from asr.manifest import Clip
from asr.normalize import fold
from asr.training.corpora import TrainingError
from asr.training.settings import AsrTraining
from asr.vocabulary import Vocabulary

FILES = (lexicon.LEXICON_FILE, LANGUAGE_MODEL_FILE)


def write_words(folder: Path, vocabulary: Vocabulary, clips: Sequence[Clip], base: Path, config: AsrTraining) -> Path | None:
    """Pronunciations and language model of the corpus, added to those of `base`, the model that training went on from.

    A byte-level vocabulary is read by its decoder and gets none. Raises TrainingError where `keep_words` finds no words.
    """
    if vocabulary.dialect_in_prompt:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    if config.keep_words:
        copy_words(base, folder)
        return folder
    tokens: dict[str, int] = vocabulary.tokenizer.get_vocab()
    ids = vocabulary.dialects
    texts = ((ids[clip.dialect], vocabulary.encode(clip.text)) for clip in clips if clip.text)
    lexicon.write(lexicon.learn(clips) + lexicon.read(base), folder)
    start = ids[DEFAULT_DIALECT]
    lines = [line for path in config.language_texts for line in path.read_text(encoding="utf-8").splitlines()]
    written = ((start, vocabulary.encode(fold(line))) for line in lines if set(fold(line)) <= tokens.keys())
    model = count(texts, vocabulary.end).plus(count(written, vocabulary.end))
    model.plus(Trigrams.read(base, tokens)).write(folder, tokens)
    return folder


def copy_words(source: Path, folder: Path) -> None:
    """The files of one folder into another. Raises TrainingError where one is missing."""
    for name in FILES:
        if not (source / name).exists():
            raise TrainingError(f"keep_words: the base {source} has no {name}; leave keep_words out, or name another init_from")
        shutil.copyfile(source / name, folder / name)
