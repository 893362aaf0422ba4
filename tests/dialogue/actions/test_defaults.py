from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.actions.action import ActionContext
from dialogue.actions.catalogue import actions_of, retrieval_intents
from dialogue.bot_files import Bot
from dialogue.domain import Domain, ResponseVariation
from dialogue.events import BotUttered, Event, UserUttered, UtteranceReverted
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Guess, Need, Understanding

DOMAIN = Domain(
    responses={
        "utter_faq/price": (ResponseVariation("二十元。"),),
        "utter_faq/hours": (ResponseVariation("八点开门。"),),
        "utter_default": (ResponseVariation("没听懂。"),),
    }
)


def heard(*intents: str, guesses: tuple[str, ...] = (), misses: int = 1) -> DialogueState:
    needs = tuple(Need(intent, 0.9, (), 0, 0) for intent in intents)
    said = UserUttered("……", Understanding("……", needs, (), 0.9, tuple(Guess(name, 0.4) for name in guesses)))
    state = initial_state("c", DOMAIN)
    for _ in range(misses):
        state = track(state, said)
    return state


def run(name: str, state: DialogueState, domain: Domain = DOMAIN) -> tuple[Event, ...]:
    return actions_of(Bot(Path("bot"), domain))[name].run(ActionContext(state, "rest", DomainResponder(domain)))


def words(events: tuple[Event, ...]) -> list[str]:
    return [event.text for event in events if isinstance(event, BotUttered)]


def test_a_retrieval_intent_is_answered_by_its_kind() -> None:
    assert retrieval_intents(DOMAIN) == ("faq",)
    assert words(run("utter_faq", heard("faq/hours"))) == ["八点开门。"]


def test_without_a_kind_the_likeliest_of_the_ranking_answers() -> None:
    assert words(run("utter_faq", heard("faq", guesses=("greet", "faq/price", "faq/hours")))) == ["二十元。"]
    assert run("utter_faq", heard("faq")) == ()


def test_the_default_fallback_takes_the_utterance_back() -> None:
    events = run("action_default_fallback", heard())
    assert words(events) == ["没听懂。"]
    assert events[-1] == UtteranceReverted()
    assert run("action_default_fallback", heard(), Domain()) == (UtteranceReverted(),)


def test_the_guess_comes_with_buttons() -> None:
    (message,) = run("action_default_ask_affirmation", heard(guesses=("greet",)))
    assert isinstance(message, BotUttered)
    assert [button.payload for button in message.buttons] == ["/greet", "/out_of_scope"]


def test_back_takes_two_utterances_back() -> None:
    assert run("action_back", heard("back")) == (UtteranceReverted(), UtteranceReverted())


@pytest.mark.parametrize("name", ["action_unlikely_intent", "action_extract_slots", "action_listen", "action_session_start"])
def test_some_actions_do_nothing_by_themselves(name: str) -> None:
    assert run(name, heard()) == ()
