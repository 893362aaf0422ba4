"""Which adapter words what is said: by department, persona and preferences, and for one conversation always the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.adapters.adapter import Adapter, Roster, Trial
from dialogue.adapters.adapters import wish_of
from dialogue.adapters.choosing import Choice, Choosing, Wish
from dialogue.adapters.settings import AdapterSettings
from dialogue.events import AdapterChosen, SessionEnded, SessionStarted, SlotSet
from dialogue.state import DialogueState
from dialogue.track import track
from tests.dialogue.adapters.folders import adapter

LIVE = adapter("v1.2-sales", status="live", persona="standard", department="sales")
NEXT = adapter("v1.3-sales", status="trial", persona="standard", department="sales")
EXPERT = adapter("v1.0-expert", status="live", persona="expert", department="sales", tags=("brief",))
AFTER = adapter("v2.0-after", status="live", department="after-sales")
TRIAL = Trial("t1", "sales", "v1.3-sales", "v1.2-sales", 10.0, "salt", 0.0)
CALLS = [f"call-{number}" for number in range(10_000)]


def choosing(*adapters: Adapter, trials: tuple[Trial, ...] = ()) -> Choosing:
    return Choosing(Roster("north", adapters, trials), "base")


def choose(among: Choosing, conversation: str, wish: Wish | None = None, state: DialogueState | None = None) -> Choice:
    return among.choose(conversation, wish or Wish(), {} if state is None else state.adapters)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(department="sales"), "v1.2-sales"),
        (Wish("expert", "sales"), "v1.0-expert"),
        (Wish("expert", "after-sales"), "v2.0-after"),
        (Wish("expert"), "v1.0-expert"),
        (Wish("gentle", "sales"), "v1.2-sales"),
        (Wish(department="sales", preferences=("brief",)), "v1.2-sales"),
        (Wish("expert", "sales", ("brief", "formal")), "v1.0-expert"),
        (Wish(department="finance"), ""),
    ],
)
def test_the_adapter_that_fits_best_speaks(wish: Wish, expected: str) -> None:
    choice = choose(choosing(LIVE, EXPERT, AFTER), "call-1", wish)
    assert choice.adapter == expected
    assert choice.model == (f"north/{expected}@efefefefefef" if expected else "base")


def test_preferences_decide_among_adapters_that_fit_alike() -> None:
    brief, full = adapter("v1-brief", status="live", tags=("brief",)), adapter("v1-full", status="live", tags=("full", "formal"))
    assert choose(choosing(brief, full), "c", Wish(preferences=("formal",))).adapter == "v1-full"
    assert choose(choosing(brief, full), "c").adapter == "v1-brief"


def test_a_bot_without_adapters_uses_the_base() -> None:
    assert choose(choosing(adapter("v1-sales")), "call-1") == Choice("base")


def test_ten_of_a_hundred_conversations_are_on_trial_and_no_asking_again_changes_that() -> None:
    among = choosing(LIVE, NEXT, trials=(TRIAL,))
    drawn = {call: choose(among, call).event for call in CALLS}
    on_trial = [call for call, event in drawn.items() if event is not None and event.arm == "trial"]
    assert len(on_trial) / len(CALLS) == pytest.approx(0.10, abs=0.01)
    assert all(choose(among, call).event == drawn[call] for call in reversed(CALLS))
    assert {event.trial for event in drawn.values() if event is not None} == {"t1"}


def test_a_conversation_keeps_its_version_when_the_share_changes() -> None:
    among = choosing(LIVE, NEXT, trials=(TRIAL,))
    grown = choosing(LIVE, NEXT, trials=(replace(TRIAL, percent=100.0),))
    call = next(call for call in CALLS if choose(among, call).adapter == "v1.2-sales")
    state = begun(choose(among, call))
    later = choose(grown, call, state=state)
    assert (later.adapter, later.new) == ("v1.2-sales", False)
    assert choose(grown, call).adapter == "v1.3-sales"


def test_a_conversation_that_began_before_a_trial_takes_no_part_in_it() -> None:
    state = begun(choose(choosing(LIVE), "call-1"))
    everything = choosing(LIVE, NEXT, trials=(replace(TRIAL, percent=100.0),))
    assert choose(everything, "call-1", state=state).event == AdapterChosen("sales", "v1.2-sales", "live")


def test_a_trial_rolled_back_takes_its_conversations_back_at_their_next_turn() -> None:
    whole = replace(TRIAL, percent=100.0)
    state = begun(choose(choosing(LIVE, NEXT, trials=(whole,)), "call-1"))
    left = replace(NEXT, status="draft", left_at=100.0)
    after = replace(choosing(LIVE, left), now=101.0, linger_s=3600.0)
    choice = choose(after, "call-1", state=state)
    assert (choice.adapter, choice.new) == ("v1.2-sales", True)


def test_after_a_promotion_each_conversation_ends_as_it_began() -> None:
    among = choosing(LIVE, NEXT, trials=(TRIAL,))
    old = next(call for call in CALLS if choose(among, call).adapter == "v1.2-sales")
    new = next(call for call in CALLS if choose(among, call).adapter == "v1.3-sales")
    before = {call: begun(choose(among, call)) for call in (old, new)}
    promoted = choosing(replace(LIVE, status="retired", left_at=100.0), replace(NEXT, status="live"))
    soon, late = replace(promoted, now=101.0, linger_s=60.0), replace(promoted, now=161.0, linger_s=60.0)
    assert [choose(soon, call, state=before[call]).adapter for call in (old, new)] == ["v1.2-sales", "v1.3-sales"]
    assert choose(late, old, state=before[old]).adapter == "v1.3-sales"


def test_without_a_version_in_use_the_base_is_what_a_trial_is_held_against() -> None:
    trial = replace(TRIAL, control="")
    among = choosing(NEXT, trials=(trial,))
    drawn = [choose(among, call) for call in CALLS[:200]]
    assert {choice.model for choice in drawn} == {"base", "north/v1.3-sales@efefefefefef"}
    base = next(choice for choice in drawn if choice.model == "base")
    assert base.event == AdapterChosen("sales", "", "base", "t1")
    grown = choosing(NEXT, trials=(replace(trial, percent=100.0),))
    assert choose(grown, "call-1", state=begun(base)).event == base.event


def test_a_slot_set_in_mid_call_swaps_the_adapter_and_back() -> None:
    among, settings = choosing(LIVE, EXPERT), AdapterSettings("north")
    state = begun(choose(among, "call-1", Wish(department="sales")))
    state = track(track(state, SlotSet("department", "sales")), SlotSet("persona", "expert"))
    swapped = among.choose("call-1", wish_of(state, settings), state.adapters)
    assert (swapped.adapter, swapped.new) == ("v1.0-expert", True)
    assert swapped.event is not None
    state = track(track(state, swapped.event), SlotSet("persona", "standard"))
    back = among.choose("call-1", wish_of(state, settings), state.adapters)
    assert (back.adapter, back.new) == ("v1.2-sales", False)


def test_what_was_heard_of_preferences_counts_whatever_form_the_slot_has() -> None:
    settings = AdapterSettings("north")
    for value, expected in ((["brief", 3, ""], ("brief",)), ("brief", ("brief",)), (None, ()), ({"a": 1}, ())):
        state = track(DialogueState("c"), SlotSet("preferences", value))
        assert wish_of(state, settings).preferences == expected


def test_the_next_session_of_a_customer_is_drawn_anew() -> None:
    state = begun(choose(choosing(LIVE), "call-1"))
    again = track(track(state, SessionEnded("hangup")), SessionStarted("voice"))
    assert again.adapters == {}


def begun(choice: Choice) -> DialogueState:
    assert choice.event is not None
    assert choice.new
    return track(DialogueState("c"), choice.event)
