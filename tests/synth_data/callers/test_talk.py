"""Simulated customers: what they want comes from the tables alone, and they notice when they are told something else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from synth_data.callers.customer import Customer
from synth_data.callers.goals import Goal, GoalsError, Need, Tables, Wish, draw_goals
from synth_data.callers.talk import Answer, simulate

BOT = Path(__file__).parents[3] / "examples" / "cloud_sales"
WISH = Wish("cloud_server", {"cpu_cores": 8, "memory_gb": 16}, period="year")
PRICE = Need("price", ("标准型8核16G", "4690元"), WISH)
FEATURE = Need("feature", ("误删了可以找回来",), topic="backup")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.read(BOT)


def goal(*needs: Need, leaves_contact: bool = True, silent_turn: int = 0) -> Goal:
    return Goal(0, "cmn", needs, False, leaves_contact, "王女士", "13800001234", silent_turn)


def test_the_right_row_is_the_cheapest_that_has_everything(tables: Tables) -> None:
    row = Wish("cloud_server", {"concurrency": 900}, region="hongkong").row(tables.prices)
    assert row is not None
    assert row["id"] == "cs-hk-8c16g"
    assert Wish("cdn", {"cpu_cores": 2}).row(tables.prices) is None


def test_goals_are_the_same_for_a_seed_and_each_has_an_answer(tables: Tables) -> None:
    goals = draw_goals(tables, 200, seed=4)

    assert draw_goals(tables, 50, seed=4) == goals[:50]
    assert all(need.says for one in goals for need in one.needs)
    kinds = {need.kind for one in goals for need in one.needs}
    assert kinds == {"price", "change", "another", "back", "cheaper", "vague", "feature", "integration", "discount", "trial"}
    assert any(one.compound_first for one in goals)
    assert any(one.silent_turn for one in goals)


def test_tables_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(GoalsError, match=r"prices\.csv: goals are drawn from it"):
        Tables.read(tmp_path)


class Knowing:
    """A bot that tells everything, asks for name and phone, and records them."""

    def __init__(self, *says: str) -> None:
        self.says = says
        self.heard: list[str] = []

    def __call__(self, _conversation: str, text: str) -> Answer:
        self.heard.append(text)
        if "下单" in text or "买" in text:
            return Answer("请问您怎么称呼?")
        if "王" in text:
            return Answer("请您留个手机号。")
        return Answer("记下了", lead="13800001234" in text, end="再见" in text) if not self.says else self._tell(text)

    def _tell(self, text: str) -> Answer:
        return Answer("".join(self.says), lead="13800001234" in text, end="再见" in text)


def test_a_customer_who_is_told_everything_leaves_the_data() -> None:
    bot = Knowing(*PRICE.says, *FEATURE.says)
    report = simulate([goal(PRICE, FEATURE)], bot)

    (talk,) = report.talks
    assert talk.complete
    assert talk.corrections == 0
    assert bot.heard[-1].endswith("13800001234")
    assert report.figures["completed"] == 1.0


def test_a_customer_who_is_told_another_price_corrects_and_is_not_content() -> None:
    bot = Knowing("云服务器标准型8核16G每月469元")
    (talk,) = simulate([goal(PRICE, leaves_contact=False)], bot).talks

    assert not talk.complete
    assert talk.missed == ("price: another row",)
    assert talk.corrections == 2
    assert any(line.startswith(("customer: 不对", "customer: 不是")) for line in talk.lines)


def test_an_amount_that_no_table_has_is_told(tables: Tables) -> None:
    bot = Knowing("云服务器标准型8核16G每月468元,包年4690元")
    report = simulate([goal(PRICE, leaves_contact=False)], bot, amounts=tables.amounts)

    assert set(report.talks[0].invented) == {"468"}
    assert "468" not in tables.amounts
    assert report.figures["invented"] == len(report.talks[0].invented)


def test_the_report_is_written_with_faults_by_kind(tmp_path: Path) -> None:
    report = simulate([goal(PRICE, leaves_contact=False)], Knowing("云服务器标准型8核16G每月469元"))
    report.write(tmp_path)

    assert "=== price: another row (1)" in (tmp_path / "failures.txt").read_text(encoding="utf-8")
    assert len((tmp_path / "transcripts.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert '"completed": 0.0' in (tmp_path / "report.json").read_text(encoding="utf-8")
    assert "price: another row" in "\n".join(report.lines())


def test_a_bot_that_hands_over_was_not_automatic() -> None:
    report = simulate([goal(PRICE)], lambda *_turn: Answer("好的,这就转", person=True))

    assert report.automated.value == 0.0
    assert report.talks[0].turns == 1


def test_silence_and_slips_reach_the_bot() -> None:
    bot = Knowing(*PRICE.says)
    simulate([goal(PRICE, FEATURE, silent_turn=2)], bot, slip=lambda words, *_others: words.replace("核", "和"))

    assert bot.heard[1] == ""
    assert "核" not in "".join(bot.heard)


def test_contact_data_are_not_given_before_the_customer_wants_to_buy() -> None:
    customer = Customer(goal(PRICE, FEATURE), random.Random(1))
    customer.speak("")
    assert "13800001234" not in customer.speak("您方便留个电话吗?")
