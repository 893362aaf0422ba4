"""How a text sounds in a dialect: syllables for the voice and the phones a recogniser may learn from."""

from synth_data.phonology.pronounce import DIALECTS, Accent, PronunciationError, Spoken, draw_accent, pronounce

__all__ = ["DIALECTS", "Accent", "PronunciationError", "Spoken", "draw_accent", "pronounce"]
