"""Points for what was seen, each with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.after_call.account import Account, account_of
from dialogue.after_call.house import House
from dialogue.after_call.scoring import holds, score_of, steps_of
from dialogue.after_call.session import stored_sessions
from dialogue.after_call.settings import AfterCallSettings, Condition, LeadSettings, Signal, Step, settled
from tests.dialogue.after_call.talks import Talk


@pytest.fixture(scope="module")
def wang(talk: Talk, house: House) -> Account:
    return account_of(stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1], house)


@pytest.fixture(scope="module")
def li(talk: Talk, house: House) -> Account:
    return account_of(stored_sessions(talk.bot.store, "li", house.bot.domain)[-1], house)


def test_a_buyer_is_rated_higher_than_a_grumbler_and_the_score_explains_itself(wang: Account, li: Account, house: House) -> None:
    score = score_of(wang, house.settings.lead, house.bot.facts.terms)
    assert (score.points, score.grade) == (95.0, "高意向")
    assert {reason.signal: reason.points for reason in score.reasons} == {
        "lead": 30.0,
        "purchase": 25.0,
        "contact": 15.0,
        "price": 10.0,
        "row": 10.0,
        "several": 5.0,
    }
    bought = next(reason for reason in score.reasons if reason.signal == "purchase")
    assert (bought.turn, bought.words) == (3, "那我下单吧")
    unhappy = score_of(li, house.settings.lead, house.bot.facts.terms)
    assert (unhappy.points, unhappy.grade) == (0.0, "低意向")


def test_operators_weigh_signals_otherwise_and_add_their_own(wang: Account, house: House) -> None:
    signals = {
        "lead": Signal(points=0),
        "purchase": Signal(points=40),
        "erp": Signal(points=7, says="要对接系统", when=Condition(slots=("systems",))),
    }
    settings = settled(AfterCallSettings(lead=LeadSettings(signals=signals, grades={"A": 50, "B": 0})))
    score = score_of(wang, settings.lead, house.bot.facts.terms)
    points = {reason.signal: reason.points for reason in score.reasons}
    assert "lead" not in points
    assert points["purchase"] == 40.0
    assert points["erp"] == 7.0
    assert score.grade == "A"
    assert next(reason for reason in score.reasons if reason.signal == "erp").words == "ERP系统"


@pytest.mark.parametrize(
    ("condition", "so"),
    [
        (Condition(), True),
        (Condition(intents=("trial", "purchase")), True),
        (Condition(intents=("trial",)), False),
        (Condition(slots=("phone", "contact_name")), True),
        (Condition(slots=("company",)), False),
        (Condition(lacks=("company",)), True),
        (Condition(happened=("lead", "row")), True),
        (Condition(missing=("lead",)), False),
        (Condition(ended=("hang_up",)), True),
        (Condition(ended=("silence",)), False),
        (Condition(terms=("callback_minutes",)), True),
        (Condition(terms=("nothing",)), False),
        (Condition(satisfaction_below=3), False),
        (Condition(needs=4), True),
        (Condition(needs=99), False),
    ],
)
def test_a_condition_holds_where_all_that_it_names_is_so(condition: Condition, so: bool, wang: Account, house: House) -> None:
    assert holds(condition, wang, house.bot.facts.terms) is so


def test_the_last_score_of_satisfaction_counts(wang: Account, house: House) -> None:
    from dialogue.after_call.account import Mood

    fallen = replace(wang, moods=(Mood(1, 4.0, "好"), Mood(2, 1.5, "算了")))
    points = {reason.signal: reason for reason in score_of(fallen, house.settings.lead, {}).reasons}
    assert points["unhappy"].words == "算了"
    assert "pleased" not in points


def test_steps_are_those_that_hold_in_order(wang: Account, house: House) -> None:
    steps = (Step("甲", Condition(happened=("hand_over",))), Step("乙"), Step("丙", Condition(slots=("phone",))))
    assert steps_of(wang, steps, house.bot.facts.terms) == ("乙", "丙")


def test_what_cannot_happen_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'leed' is nothing that can happen; did you mean 'lead'\?"):
        Condition(happened=("leed",))
