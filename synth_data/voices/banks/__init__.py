"""Recorded banks: sentences spliced from recordings of syllables and words."""

from synth_data.voices.banks.choice import MissingSyllableError
from synth_data.voices.banks.folder import BankError
from synth_data.voices.banks.speakers import BankSpeaker, Split
from synth_data.voices.banks.voice import BankVoice

__all__ = ["BankError", "BankSpeaker", "BankVoice", "MissingSyllableError", "Split"]
