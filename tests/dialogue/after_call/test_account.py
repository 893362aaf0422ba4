"""What conversations of the sample bot came to."""

from __future__ import annotations

import pytest

from dialogue.after_call.account import Account, account_of
from dialogue.after_call.house import House
from dialogue.after_call.session import sessions_of, stored_sessions
from dialogue.domain import Domain
from dialogue.events import BotUttered, SessionEnded, SessionStarted, SlotSet, UserUttered
from nlu.understanding import Understanding
from tests.dialogue.after_call.talks import Talk


@pytest.fixture(scope="module")
def wang(talk: Talk, house: House) -> Account:
    return account_of(stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1], house)


def test_the_customers_words_stand_beside_what_was_understood(wang: Account, house: House) -> None:
    found = {wish.slot: (house.value(wish.slot, wish.value.value), wish.value.words) for wish in wang.wishes}
    assert found["product_type"] == ("云服务器", "云服务器")
    assert found["concurrency"] == ("1000", "1000并发")
    assert found["features"] == ("异地备份", "异地备份")
    assert found["systems"] == ("ERP", "ERP系统")
    assert "quoted" not in found
    assert "phone" not in found
    assert wang.contact["phone"].value == "13800001234"


def test_what_was_told_is_traced_to_its_rows_terms_and_sums(wang: Account) -> None:
    sources = [str(source) for told in wang.told for source in told.sources]
    assert any(one.startswith("prices.csv cs-8c16g") and "price_month_yuan" in one for one in sources)
    assert "features.csv backup（answer）" in sources
    assert "systems.csv erp（answer）" in sources
    assert "terms.yml callback_minutes" in sources
    assert "按价目表算出" in sources  # 2年一共9380元
    assert not any("cs-hk" in one for one in sources)  # it has the same specs, and was not spoken of
    assert not any(told.unsourced for told in wang.told)


def test_a_figure_that_no_fact_holds_is_told_as_such(talk: Talk, house: House) -> None:
    events = list(talk.bot.events("wang"))
    at = next(number for number, event in enumerate(events) if isinstance(event, BotUttered) and "469" in event.text)
    events[at] = BotUttered("每月只要321元。", "")
    account = account_of(sessions_of("wang", events, house.bot.domain)[-1], house)
    assert [told.unsourced for told in account.told if told.unsourced] == [("321元",)]


def test_the_row_that_the_customer_was_left_with_stands(wang: Account) -> None:
    assert [standing.row.name for standing in wang.standing] == ["prices/cs-8c16g"]


def test_needs_are_listed_with_what_became_of_them(wang: Account) -> None:
    assert [(need.intent, need.status) for need in wang.needs[:4]] == [
        ("product_inquiry", "answered"),
        ("requirement", "answered"),
        ("integration", "answered"),
        ("price_inquiry", "answered"),
    ]


def test_scores_of_satisfaction_are_kept_with_the_words_before_them(house: House) -> None:
    said = [UserUttered(text, Understanding(text, (), ())) for text in ("怎么还没发货", "算了")]
    events = [
        SessionStarted(),
        said[0],
        SlotSet("satisfaction", 3),
        said[1],
        SlotSet("satisfaction", 1.5),
        SlotSet("satisfaction", "好"),
    ]
    account = account_of(sessions_of("li", events, house.bot.domain)[-1], house)
    assert [(mood.turn, mood.score, mood.words) for mood in account.moods] == [(1, 3.0, "怎么还没发货"), (2, 1.5, "算了")]


def test_a_conversation_is_cut_into_its_sessions() -> None:
    events = [SessionStarted("voice"), SessionEnded("goodbye"), SessionStarted("chat"), SlotSet("phone", "1")]
    first, second = sessions_of("li", events, Domain())
    assert (first.seq, first.last, first.ended, first.channel) == (1, 2, "goodbye", "voice")
    assert (second.seq, second.last, second.ended, second.channel) == (3, 4, None, "chat")
    assert not second.said
