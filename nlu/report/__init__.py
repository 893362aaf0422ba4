"""A measurement written down: a page for people, JSON as Rasa's users know it, pictures."""

from nlu.report.folder import Beside, ReportError, Written, write_entities, write_intents

__all__ = ["Beside", "ReportError", "Written", "write_entities", "write_intents"]
