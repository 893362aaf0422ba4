"""Voices: what speaks a text."""

from synth_data.voices.espeak import EspeakEngine, EspeakOptions, VoiceError

__all__ = ["EspeakEngine", "EspeakOptions", "VoiceError"]
