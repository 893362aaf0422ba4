"""Entities by character span: look-ups, patterns, quantities, money, periods, phones, names, companies, dates."""

from nlu.entities.extractor import EntityExtractor

__all__ = ["EntityExtractor"]
