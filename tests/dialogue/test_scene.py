from __future__ import annotations

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActiveLoop, Event, NeedTaken, SessionStarted, UserUttered
from dialogue.track import initial_state, track
from nlu.understanding import Need, Understanding


def said(*intents: str) -> UserUttered:
    return UserUttered("……", Understanding("……", tuple(Need(intent, 1.0, (), 0, 0) for intent in intents)))


def did(name: str, policy: str = "rules") -> ActionExecuted:
    return ActionExecuted(name, policy)


LISTEN = did("action_listen", "turn")


def shown(*events: Event) -> list[str]:
    """Each frame as 'what was done last / what was heard'."""
    state = initial_state("c", Domain())
    for event in events:
        state = track(state, event)
    return [f"{frame.last}/{'+'.join(frame.needs)}" for frame in state.scene.frames(state.slots, state.active_loop)]


def test_each_action_closes_a_frame() -> None:
    assert shown(said("greet"), did("utter_greet"), LISTEN, said("why")) == [
        "/",
        "action_listen/greet",
        "utter_greet/greet",
        "action_listen/why",
    ]


def test_needs_answered_one_by_one_look_as_if_said_one_by_one() -> None:
    split = shown(said("price", "trial"), NeedTaken(0), did("utter_price"), NeedTaken(1), did("utter_trial"), LISTEN)
    assert split == shown(said("price"), did("utter_price"), LISTEN, said("trial"), did("utter_trial"), LISTEN)


def test_answers_to_a_form_leave_no_trace() -> None:
    begun = (said("order"), did("form"), ActiveLoop("form"), LISTEN)
    answered = (*begun, said("inform"), did("form", "forms"), LISTEN, said("inform"), did("form", "forms"), LISTEN)
    assert shown(*answered) == shown(*begun)


def test_a_question_inside_a_form_stays() -> None:
    begun = (said("order"), did("form"), ActiveLoop("form"), LISTEN)
    assert shown(*begun, said("why"), did("utter_why"), did("form", "forms"))[-2:] == ["utter_why/why", "form/why"]


def test_what_was_not_understood_leaves_no_trace() -> None:
    before = (said("greet"), did("utter_greet"), LISTEN)
    missed = (*before, said(), did("action_ask_again", "fallback"), LISTEN)
    assert shown(*missed, said("why")) == shown(*before, said("why"))


def test_a_new_session_begins_a_new_scene() -> None:
    assert shown(said("greet"), did("utter_greet"), SessionStarted(), did("action_session_start", "session")) == ["/"]
