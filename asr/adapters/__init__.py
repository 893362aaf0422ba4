"""Recognisers of other makers behind the same seam."""
