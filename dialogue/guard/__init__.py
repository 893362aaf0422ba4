"""The guard: nothing that was not written by operators is heard unchecked."""

from dialogue.guard.context import GuardContext, LookedUp, context_of
from dialogue.guard.guard import Guard, Verdict
from dialogue.guard.settings import GuardSettings
from dialogue.guard.stream import guarded

__all__ = ["Guard", "GuardContext", "GuardSettings", "LookedUp", "Verdict", "context_of", "guarded"]
