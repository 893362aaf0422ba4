"""Speech made here: dialect texts, phonology, voices, augmentation and corpora."""

from synth_data.speech import Speech, Voice

__all__ = ["Speech", "Voice"]
