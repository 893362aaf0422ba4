"""The guard: nothing that was not written by operators is heard unchecked."""

from dialogue.guard.action_guard import ActionGuard, action_guard_of, guard_of
from dialogue.guard.context import GuardContext, LookedUp, context_of
from dialogue.guard.guard import Guard, Verdict
from dialogue.guard.stream import guarded

__all__ = [
    "ActionGuard",
    "Guard",
    "GuardContext",
    "LookedUp",
    "Verdict",
    "action_guard_of",
    "context_of",
    "guard_of",
    "guarded",
]
