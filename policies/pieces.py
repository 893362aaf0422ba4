"""A telephone number told in pieces: the bot waits for the rest."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.pieces import MORE, NUMBER_FIGURES, figures, garbled, told
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.slots import asked_for
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision

NAME = "pieces"


@dataclass(frozen=True, slots=True)
class PiecesPolicy:
    """While a form asks for a telephone number, figures that are no whole number yet are nodded at."""

    domain: Domain
    phone: str
    """The entity of telephone numbers; an empty one switches this off."""

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or not asked_for(state, self.domain, self.phone):
            return None
        slot = state.value(REQUESTED_SLOT)
        if garbled(state.latest.text) and state.value(slot) is None:
            again = ACTION_LISTEN if state.actions else state.active_loop or ACTION_LISTEN
            return Decision(again, NAME, f"what was heard is no {slot}; it is asked for again")
        open_still = state.value(slot) is None and len(told(state)) < NUMBER_FIGURES
        if figures(state.latest.text) is None or not open_still:
            return None
        nod = MORE if MORE in self.domain.responses and not state.actions else ACTION_LISTEN
        return Decision(nod, NAME, f"the rest of {slot} is still to come")
