"""What custom actions say, on its way to the customer."""

from __future__ import annotations

from dialogue.actions.action import ActionContext
from dialogue.domain import Domain, ResponseVariation
from dialogue.events import BotUttered, Button, Event, ReplyBlocked, SlotSet
from dialogue.facts import Facts, Promises
from dialogue.guard import ActionGuard, Guard
from dialogue.guard_settings import GuardSettings
from dialogue.responses import DomainResponder
from dialogue.track import initial_state

DOMAIN = Domain(responses={"utter_ask_colleague": (ResponseVariation("我请同事答复您。"),)})
FACTS = Facts(promises=Promises(never=("全额赔付",)))


def passed(*events: Event, instead: str = "utter_ask_colleague") -> tuple[Event, ...]:
    guard = ActionGuard(Guard(FACTS, GuardSettings(action_server=True, instead=instead)), FACTS)
    context = ActionContext(initial_state("c", DOMAIN), "rest", DomainResponder(DOMAIN))
    return guard.passed(events, "action_own", context)


def said(text: str, *titles: str) -> BotUttered:
    return BotUttered(text, text, None, tuple(Button(title, "/affirm") for title in titles))


def test_what_is_stopped_is_replaced_and_recorded() -> None:
    blocked, instead = passed(said("我们全额赔付。"))
    assert isinstance(blocked, ReplyBlocked)
    assert (blocked.kind, blocked.action, blocked.words, blocked.response) == (
        "promise",
        "action_own",
        "全额赔付",
        "utter_ask_colleague",
    )
    assert isinstance(instead, BotUttered)
    assert instead.text == "我请同事答复您。"


def test_what_came_before_it_is_said_and_nothing_in_its_place() -> None:
    assert [type(one) for one in passed(said("您好。我们全额赔付。"))] == [BotUttered, ReplyBlocked]
    assert passed(said("您好。我们全额赔付。"))[0] == said("您好。")


def test_without_a_response_for_it_the_text_is_left_out() -> None:
    assert [type(one) for one in passed(said("我们全额赔付。"), instead="")] == [ReplyBlocked]


def test_figures_that_the_action_computed_may_be_said() -> None:
    assert passed(SlotSet("total_yuan", 750), said("一共750元。"))[1] == said("一共750元。")
    assert isinstance(passed(said("一共750元。"))[0], ReplyBlocked)


def test_responses_that_operators_wrote_pass_as_they_are() -> None:
    response = BotUttered("我们全额赔付。", "我们全额赔付。", "utter_insured")
    assert passed(response) == (response,)


def test_a_button_that_promises_too_much_is_taken_off() -> None:
    (message,) = passed(said("您看呢？", "全额赔付", "再想想"))
    assert isinstance(message, BotUttered)
    assert [button.title for button in message.buttons] == ["再想想"]


def test_personal_data_does_not_go_into_the_record() -> None:
    (blocked,) = passed(said("他的电话是13912340000。"), instead="")
    assert isinstance(blocked, ReplyBlocked)
    assert (blocked.kind, blocked.words) == ("personal", "")
