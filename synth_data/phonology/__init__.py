"""How a text sounds in a dialect: syllables for the voice and the phones a recogniser may learn from."""

from synth_data.phonology.pronounce import DIALECTS, PronunciationError, Spoken, pronounce

__all__ = ["DIALECTS", "PronunciationError", "Spoken", "pronounce"]
