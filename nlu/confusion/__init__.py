"""Slips of a recogniser, simulated by pronunciation."""

from nlu.confusion.garbling import garble
from nlu.confusion.table import Confusions, load

__all__ = ["Confusions", "garble", "load"]
