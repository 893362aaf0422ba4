"""Speech in: audio formats, turns, recognisers, dialects, and their training."""

from asr.bundle import bundled_folder
from asr.transcript import SAMPLE_RATE_HZ, Alternative, Recogniser, Samples, Transcript

__all__ = ["SAMPLE_RATE_HZ", "Alternative", "Recogniser", "Samples", "Transcript", "bundled_folder"]
