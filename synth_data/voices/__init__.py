"""Voices: what speaks a text."""

from synth_data.voices.dialect import DialectVoice
from synth_data.voices.espeak import EspeakEngine, EspeakOptions, VoiceError

__all__ = ["DialectVoice", "EspeakEngine", "EspeakOptions", "VoiceError"]
