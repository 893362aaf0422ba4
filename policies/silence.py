"""The customer says nothing: ask whether they are there, then say goodbye."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision
from policies.trail import earlier_turns, is_silence

NAME = "silence"
STILL_THERE = "utter_still_there"
GOODBYE = "utter_silence_goodbye"
END_CALL = "action_end_call"


@dataclass(frozen=True, slots=True)
class SilencePolicy:
    """`prompts` silences in a row are answered with a question (a running form repeats its own), the next ends the call."""

    domain: Domain
    prompts: int
    ask_again: str

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or not is_silence(state.latest):
            return None
        count = silences(state)
        steps = self._question(state) if count <= self.prompts else self._farewell()
        done = len(state.actions)
        action = steps[done] if done < len(steps) else ACTION_LISTEN
        return Decision(action, NAME, f"silence {count} in a row")

    def _question(self, state: DialogueState) -> tuple[str, ...]:
        ask = STILL_THERE if STILL_THERE in self.domain.responses else self.ask_again
        form = state.active_loop
        return (ask, form) if form is not None and form in self.domain.forms else (ask,)

    def _farewell(self) -> tuple[str, ...]:
        return (GOODBYE, END_CALL) if GOODBYE in self.domain.responses else (END_CALL,)


def silences(state: DialogueState) -> int:
    """Silences in a row up to now, this one among them."""
    count = 1
    for turn in earlier_turns(state):
        if not is_silence(turn.said):
            break
        count += 1
    return count
