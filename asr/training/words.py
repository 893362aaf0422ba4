"""What a small model reads its phones with: pronunciations learnt from the corpora, and a language model of their texts."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asr import lexicon
from asr.dialects import DEFAULT_DIALECT
from asr.language_model import LANGUAGE_MODEL_FILE, NGrams, count
from asr.manifest import Clip
from asr.normalize import fold
from asr.training.corpora import TrainingError
from asr.training.settings import KEEP, OWN, AsrTraining, Pronounce
from asr.vocabulary import Vocabulary

FILES = (lexicon.LEXICON_FILE, LANGUAGE_MODEL_FILE)


@dataclass(frozen=True, slots=True)
class Heard:
    """What words are counted in: clips with the tones of their phones, and how a text is said where no clip tells."""

    clips: Sequence[Clip]
    pronounce: Pronounce | None = None


def write_words(folder: Path, vocabulary: Vocabulary, heard: Heard, base: Path, config: AsrTraining) -> Path | None:
    """Pronunciations and language model of the corpus, as a rule added to those of `base`, the model that training went on from.

    A byte-level vocabulary is read by its decoder and gets none. Raises TrainingError where `words: keep` finds none.
    """
    if vocabulary.dialect_in_prompt:
        return None
    base = _beside(base)
    folder.mkdir(parents=True, exist_ok=True)
    if config.words == KEEP:
        copy_words(base, folder)
        if config.tones and not lexicon.knows_tones(kept := lexicon.read(base)):
            lexicon.write(_pronunciations(vocabulary, heard) + kept, folder)
        return folder
    tokens: dict[str, int] = vocabulary.tokenizer.get_vocab()
    ids = vocabulary.dialects
    texts = ((ids[clip.dialect], vocabulary.encode(clip.text)) for clip in heard.clips if clip.text)
    known = Counter() if config.words == OWN else lexicon.read(base)
    lexicon.write(_pronunciations(vocabulary, heard) + known, folder)
    written = [one for path in config.language_texts for one in _written(path, vocabulary)]
    model = count(texts, vocabulary.end).plus(count(written, vocabulary.end))
    before = None if config.words == OWN else NGrams.read(base, tokens, vocabulary.end)
    model.plus(before).write(folder, tokens)
    return folder


def _beside(base: Path) -> Path:
    """Where the words of a model lie: with its weights for training or, as those of the bundled one, in the folder above."""
    above = base.name == "trainable" and not any((base / name).exists() for name in FILES)
    return base.parent if above else base


def _written(path: Path, vocabulary: Vocabulary) -> list[tuple[int, list[int]]]:
    """The lines of a text file that the model can write, each with its dialect's token: `yue<TAB>line`, or a line of Mandarin."""
    tokens: dict[str, int] = vocabulary.tokenizer.get_vocab()
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        dialect, text = line.split("\t", 1) if "\t" in line else (DEFAULT_DIALECT, line)
        if dialect not in vocabulary.dialects:
            known = ", ".join(vocabulary.dialects)
            raise TrainingError(
                f"{path}:{number}: '{dialect}' is no dialect of the model (known: {known}); write dialect<TAB>line"
            )
        if (folded := fold(text)) and set(folded) <= tokens.keys():
            found.append((vocabulary.dialects[dialect], vocabulary.encode(folded)))
    return found


def _pronunciations(vocabulary: Vocabulary, heard: Heard) -> Counter[lexicon.Said]:
    readings = _readings(vocabulary, heard)
    return lexicon.learn((*heard.clips, *readings, *readings))


def _readings(vocabulary: Vocabulary, heard: Heard) -> list[Clip]:
    """Every character that the model can write, as each dialect of the corpus says it: few recordings hold few characters."""
    if heard.pronounce is None:
        return []
    written = sorted(token for token in vocabulary.tokenizer.get_vocab() if len(token) == 1)
    dialects = sorted({clip.dialect for clip in heard.clips if clip.text})
    pairs = ((text, dialect, heard.pronounce(text, dialect)) for dialect in dialects for text in written)
    return [Clip(Path(), text, dialect, "", 0.0, phones) for text, dialect, phones in pairs if phones]


def copy_words(source: Path, folder: Path) -> None:
    """The files of one folder into another. Raises TrainingError where one is missing."""
    for name in FILES:
        if not (source / name).exists():
            raise TrainingError(f"words: keep: the base {source} has no {name}; leave it out, or name another init_from")
        shutil.copyfile(source / name, folder / name)
