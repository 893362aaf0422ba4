"""The list of what was asked for, over turns."""

from __future__ import annotations

from dialogue.actions.settings import ActionSettings
from dialogue.asked import outcome, roles_of, settled
from dialogue.events import ActionExecuted, ActiveLoop, BotUttered, Event, UserUttered
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from tests.dialogue.said import domain_of, said

ROLES = roles_of(
    {
        "action_quote": ActionSettings(reply="utter_quote", ask="utter_which", otherwise="utter_none", overview="utter_range"),
        "action_feature": ActionSettings(reply="utter_yes", replies={"available": {"no": "utter_no", "told": "utter_told"}}),
    }
)


def told(*responses: str, policy: str = "rules") -> tuple[Event, ...]:
    return (ActionExecuted("action", policy), *(BotUttered("...", "...", response) for response in responses))


def after(*events: Event) -> DialogueState:
    state = initial_state("c", domain_of("intents: [a]\n"))
    for event in events:
        state = track(state, event)
    return state


def two_needs() -> UserUttered:
    return said("多少钱,能备份吗", "price_inquiry", "requirement")


def test_what_the_bot_says_answers_refuses_or_asks_back() -> None:
    assert outcome(told("utter_quote"), ROLES) == "answered"
    assert outcome(told("utter_region", "utter_quote"), ROLES) == "answered"
    assert outcome(told("utter_no"), ROLES) == "refused"
    assert outcome(told("utter_told"), ROLES) == "answered"
    assert outcome(told("utter_none"), ROLES) == "refused"
    assert outcome(told("utter_which"), ROLES) == "open"
    assert outcome(told("utter_range"), ROLES) == "open"
    assert outcome(told("utter_ask_again", policy="fallback"), ROLES) == "open"
    assert outcome((), ROLES) == "open"


def test_needs_are_kept_over_turns_each_with_what_became_of_it() -> None:
    state = after(two_needs())
    for index, status in enumerate(("open", "refused")):
        for event in settled(state.asked, 1, index, "refused" if status == "refused" else "open", state.intent):
            state = track(state, event)
    assert [(need.intent, need.status) for need in state.asked] == [("price_inquiry", "open"), ("requirement", "refused")]

    state = track(state, said("8核的一个月多少钱", "price_inquiry"))
    for event in settled(state.asked, 2, 0, "answered", state.intent):
        state = track(state, event)
    assert [(need.turn, need.status) for need in state.asked] == [(1, "answered"), (1, "refused"), (2, "answered")]


def test_a_supplement_answers_the_question_that_it_was_asked_for() -> None:
    state = after(said("多少钱", "price_inquiry"), said("8核的", "supplement_demand"))
    events = settled(state.asked, 2, 0, "answered", state.intent)

    assert {(event.turn, event.status) for event in events} == {(1, "answered"), (2, "answered")}


def test_a_form_answers_what_began_it_unless_it_is_broken_off() -> None:
    begun = (said("怎么买", "purchase"), ActionExecuted("lead_form"), ActiveLoop("lead_form"))
    done = after(*begun, said("王芳", "contact"), ActionExecuted("lead_form"), ActiveLoop(None))
    broken_off = after(*begun, said("算了", "deny"), ActionExecuted("action_deactivate_loop"), ActiveLoop(None))

    assert done.asked[0].status == "answered"
    assert broken_off.asked[0].status == "refused"


def test_thanks_ask_for_nothing() -> None:
    assert after(said("好的谢谢", "affirm", "thank")).asked == ()
