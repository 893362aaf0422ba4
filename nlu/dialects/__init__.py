"""Dialect wording: a lexicon into Mandarin, and word order."""

from nlu.dialects.entries import DialectFileError, Entry, own_word, read_words
from nlu.dialects.lexicon import DialectLexicon, standard
from nlu.dialects.normalising import DialectWord, Normalised, mandarin_of, normalise

__all__ = [
    "DialectFileError",
    "DialectLexicon",
    "DialectWord",
    "Entry",
    "Normalised",
    "mandarin_of",
    "normalise",
    "own_word",
    "read_words",
    "standard",
]
