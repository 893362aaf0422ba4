"""Calls: sound in, turns, sound out, over any line that fills the MediaTransport seam."""
