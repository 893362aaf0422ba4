"""Tokens of a recogniser: a small vocabulary of characters, or Whisper's own byte-level BPE, behind one type.

A small vocabulary predicts the dialect as the first token after the prompt, since CTranslate2 detects languages only in
vocabularies of OpenAI's size; a large one keeps OpenAI's order (dialect inside the prompt).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from asr.dialects import DIALECTS, dialect_token_ids

UNKNOWN = "<|unk|>"
END = "<|endoftext|>"
START = "<|startoftranscript|>"
TRANSCRIBE = "<|transcribe|>"
NO_TIMESTAMPS = "<|notimestamps|>"
NO_SPEECH = ("<|nospeech|>", "<|nocaptions|>")
_AFTER_LANGUAGES = ("<|translate|>", TRANSCRIBE, "<|startoflm|>", "<|startofprev|>", NO_SPEECH[0], NO_TIMESTAMPS)
LARGE_VOCABULARY = 50_257
"""Byte-level tokens of OpenAI's models, special tokens not counted; CTranslate2 detects languages from 51,865 on, all counted."""
TOKENIZER_FILE = "tokenizer.json"


class VocabularyError(ValueError):
    """A tokenizer that lacks a token which recognition needs."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer and the ids that recognition needs. `dialects`: code -> token id."""

    tokenizer: Tokenizer
    end: int
    start: int
    transcribe: int
    no_timestamps: int
    no_speech: int
    dialects: dict[str, int]

    @property
    def size(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    @property
    def dialect_in_prompt(self) -> bool:
        return self.size >= LARGE_VOCABULARY

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without special tokens."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Text of token ids, special tokens left out."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    def prompt(self, dialect: str) -> list[int]:
        """The decoder's forced beginning; `dialect` is used where the vocabulary keeps it in the prompt."""
        if self.dialect_in_prompt:
            return [self.start, self.dialects[dialect], self.transcribe, self.no_timestamps]
        return [self.start, self.transcribe, self.no_timestamps]

    def target(self, text: str, dialect: str) -> list[int]:
        """What the decoder must say after the prompt; an empty text is silence."""
        said = [*self.encode(text), self.end] if text else [self.no_speech, self.end]
        return [self.dialects[dialect], *said] if text and not self.dialect_in_prompt else said


def of_tokenizer(tokenizer: Tokenizer) -> Vocabulary:
    """The Vocabulary of a tokenizer. Raises VocabularyError when a token is missing."""
    tokens: dict[str, int] = tokenizer.get_vocab()
    missing = [token for token in (END, START, TRANSCRIBE, NO_TIMESTAMPS) if token not in tokens]
    no_speech = next((token for token in NO_SPEECH if token in tokens), None)
    dialects = dialect_token_ids(tokens)
    if missing or no_speech is None or not dialects:
        raise VocabularyError(f"not a Whisper tokenizer: it lacks {', '.join(missing) or 'no-speech or language tokens'}")
    return Vocabulary(
        tokenizer, tokens[END], tokens[START], tokens[TRANSCRIBE], tokens[NO_TIMESTAMPS], tokens[no_speech], dialects
    )


def read_vocabulary(folder: Path) -> Vocabulary:
    """The tokenizer.json of a model folder. Raises VocabularyError when there is none or it is no Whisper tokenizer."""
    file = folder / TOKENIZER_FILE
    if not file.exists():
        raise VocabularyError(f"{file}: there is no such file; a recogniser's folder needs its tokenizer")
    return of_tokenizer(Tokenizer.from_file(str(file)))


def of_characters(characters: Iterable[str]) -> Vocabulary:
    """A vocabulary of single characters, sorted, followed by Whisper's special tokens in Whisper's order."""
    ids = {character: index for index, character in enumerate([UNKNOWN, *sorted(set(characters))])}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.decoder = decoders.Fuse()
    languages = [dialect.tokens[0] for dialect in DIALECTS]
    special = [END, START, *languages, *_AFTER_LANGUAGES]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    return of_tokenizer(tokenizer)
