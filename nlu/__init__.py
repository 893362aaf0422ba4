"""Understanding: intents, needs in one sentence, entities, and their training."""

from nlu.understanding import Entity, EntityValue, Guess, Need, Parser, Understanding

__all__ = ["Entity", "EntityValue", "Guess", "Need", "Parser", "Understanding"]
