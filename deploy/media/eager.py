"""How much may be heard ahead: the work on turns still being spoken, for which nobody waits, is the first to be left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

FIRST_S = 1.0
"""Speech before the first pass over an unfinished turn: a 好 or 不要 is over sooner."""
SETTLING_S = 5.5
"""The same where nobody wants the words of unfinished turns: only of longer ones can a beginning be settled (asr.streaming)."""
EVERY_S = 0.8
"""New sound between passes. A pass over 4 s takes some 30 ms of a core."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Credit in seconds of work, which grows with time up to `most_s`; `share` of one core in the long run."""

    share: float = 0.25
    most_s: float = 0.5
    credit_s: float = 0.5
    at_s: float = 0.0

    def at(self, now_s: float) -> Allowance:
        """The credit at a later time."""
        grown = self.credit_s + self.share * max(0.0, now_s - self.at_s)
        return replace(self, credit_s=min(self.most_s, grown), at_s=now_s)

    def spent(self, work_s: float) -> Allowance:
        """After a pass that took so long. On a busy machine passes take longer, so that there are fewer of them."""
        return replace(self, credit_s=self.credit_s - work_s)


class EagerBudget:
    """One for all calls of a process, used from the loop's thread only: one pass at a time, none while a turn that is over waits
    for its words."""

    def __init__(self, allowance: Allowance = Allowance()) -> None:
        self._allowance = allowance
        self._running = False
        self._waiting = 0
        self.left_out = 0
        """Passes that there was no room for."""

    def begin(self, now_s: float) -> bool:
        """Whether a pass may begin now; if so, `end` must follow."""
        self._allowance = self._allowance.at(now_s)
        if self._running or self._waiting or self._allowance.credit_s <= 0:
            self.left_out += 1
            return False
        self._running = True
        return True

    def end(self, work_s: float) -> None:
        """The pass is over, or was never run (0)."""
        self._running = False
        self._allowance = self._allowance.spent(work_s)

    def wait(self, turns: int) -> None:
        """So many more turns (fewer, under 0) wait for their words."""
        self._waiting += turns
