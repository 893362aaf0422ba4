"""The seam between the ensemble and each policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dialogue.state import DialogueState


@dataclass(frozen=True, slots=True)
class Decision:
    """The next action, and for the tracker who chose it and why (one short clause, rule name and file:line included)."""

    action: str
    policy: str
    reason: str
    confidence: float = 1.0


class Policy(Protocol):
    """Looks at a state and proposes the next action, or None to leave it to the next policy of the ensemble."""

    def decide(self, state: DialogueState) -> Decision | None: ...
