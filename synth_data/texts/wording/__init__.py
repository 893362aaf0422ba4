"""Mandarin sentences put into the words of a dialect."""

from synth_data.texts.wording.reword import Rewording, rewording_of

__all__ = ["Rewording", "rewording_of"]
