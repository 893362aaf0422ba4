"""Utterances taken in: values, corrections, what is turned down, configurations side by side, what words point at."""

from __future__ import annotations

import pytest

from dialogue.asked import SUPPLEMENT
from dialogue.configurations import all_configurations
from dialogue.event_json import from_json, to_json
from dialogue.events import NeedSettled, NeedTaken, UserUttered
from dialogue.negation import NOT
from dialogue.track import initial_state, track
from nlu.understanding import Guess, Need, Understanding
from tests.dialogue.said import entity
from tests.dialogue.shop_talk import DOMAIN, INTAKE, Talk, server_of_8


def test_a_correction_changes_the_value_and_remembers_the_one_before() -> None:
    talk = server_of_8()
    talk.say("放北京", SUPPLEMENT, city="北京=bj")
    state = talk.say("不是,我说的是上海", "deny", city="上海=sh")

    assert state.intent_name == SUPPLEMENT
    assert (state.value("city"), state.slots["city"].before, state.slots["city"].words) == ("sh", "bj", "上海")
    assert state.value("cores") == 8
    assert state.current == "1"


@pytest.mark.parametrize("text", ["是16核不是8核", "不是8核是16核", "8核改成16核"])
def test_of_two_values_the_one_that_is_meant_counts(text: str) -> None:
    assert server_of_8().say(text, SUPPLEMENT, cores="16核=16 8核=8").value("cores") == 16


def test_a_correction_of_the_whole_thing_forgets_sizes_that_were_heard_wrong() -> None:
    talk = Talk()
    talk.say("16核的数据库", "product_inquiry", product="数据库=database", cores="16核=16")
    talk.tell("d4")
    state = talk.say("不对,我要的是北京的服务器,4核", "deny", product="服务器=server", city="北京=bj", cores="4核=4")

    assert (state.value("product"), state.value("cores"), state.configurations) == ("server", 4, {})


def test_what_is_turned_down_leaves_the_slots_and_the_list_and_its_need_is_refused() -> None:
    talk = server_of_8()
    talk.say("要备份和迁移", "requirement", feature="备份=backup 迁移=migration")
    talk.say("还要备份", "requirement", feature="备份=backup")
    talk.add(NeedSettled("answered", 3, 0))
    state = talk.say("备份就算了", "requirement", feature="备份=backup")

    assert state.value("features") == ["migration"]
    assert state.value("feature") is None
    assert state.value("gone") == "备份"
    assert state.intent_name == SUPPLEMENT
    assert state.needs[0].entities[0].role == NOT
    assert [(need.turn, need.status) for need in state.asked] == [(1, "open"), (2, "open"), (3, "refused"), (4, "open")]
    assert talk.say("一年多少", "price_inquiry", period="一年=year").value("gone") is None


def test_a_person_turned_down_is_a_refusal() -> None:
    assert server_of_8().say("不用转人工", "human").intent_name == "deny"


def test_a_cheaper_one_stands_beside_the_first() -> None:
    state = server_of_8().say("再给我报一个便宜点的", "discount")

    assert state.intent_name == "product_inquiry"
    assert state.current == "2"
    assert (state.value("cores"), state.slots["cores"].source, state.value("quoted")) == (4, "looked_up", "s4")
    assert {name: slots["cores"].value for name, slots in all_configurations(state, INTAKE.shelf).items()} == {"1": 8, "2": 4}


@pytest.mark.parametrize(("text", "row"), [("有没有便宜点的", "s4"), ("有没有好一点的", "s16")])
def test_for_who_named_no_product_a_cheaper_one_is_of_the_kind_that_was_told(text: str, row: str) -> None:
    talk = Talk()
    talk.say("8核的多少钱", "price_inquiry", cores="8核=8")
    talk.tell("s8")

    state = talk.say(text, "product_inquiry")

    assert (state.value("quoted"), state.value("product")) == (row, "server")


def test_there_is_nothing_cheaper_than_the_cheapest() -> None:
    talk = Talk()
    talk.say("4核的服务器", "price_inquiry", product="服务器=server", cores="4核=4")
    talk.tell("s4")
    state = talk.say("有没有便宜点的", "discount")

    assert (state.intent_name, state.current) == ("discount", "1")


def test_another_one_takes_over_the_city_but_not_the_sizes() -> None:
    talk = server_of_8()
    talk.say("放北京", SUPPLEMENT, city="北京=bj")
    state = talk.say("另外再来一台16核的", SUPPLEMENT, cores="16核=16")

    assert state.current == "2"
    assert (state.value("product"), state.value("cores"), state.value("city")) == ("server", 16, "bj")
    assert state.value("compared") == "s8"


def test_another_kind_of_thing_is_a_configuration_of_its_own_and_its_name_leads_back() -> None:
    talk = server_of_8()
    state = talk.say("4核的数据库呢", "price_inquiry", product="数据库=database", cores="4核=4")
    assert (state.current, state.value("cores")) == ("2", 4)
    talk.tell("d4")
    state = talk.say("服务器一年多少", "price_inquiry", product="服务器=server", period="一年=year")

    assert (state.current, state.value("product"), state.value("cores"), state.value("quoted")) == ("1", "server", 8, "s8")


def test_a_changed_mind_about_the_kind_opens_nothing() -> None:
    state = server_of_8().say("换成数据库吧", SUPPLEMENT, product="数据库=database")

    assert (state.current, state.configurations, state.value("product")) == ("1", {}, "database")


def test_a_thing_that_the_customer_has_is_none_that_is_bought() -> None:
    state = server_of_8().say("能备份我们的数据库吗", "requirement", product="数据库=database", feature="备份=backup")

    assert (state.value("product"), state.current) == ("server", "1")


@pytest.mark.parametrize(
    ("text", "cores"),
    [("第一个多少钱", 8), ("第二个多少钱", 4), ("便宜的那个多少钱", 4), ("贵的那个多少钱", 8), ("前面说的那台多少钱", 8)],
)
def test_words_choose_one_of_several_configurations(text: str, cores: int) -> None:
    talk = server_of_8()
    talk.say("再给我报一个便宜点的", "discount")
    talk.tell("s4")
    state = talk.say(text, "price_inquiry")

    assert state.value("cores") == cores
    assert state.slots["quoted"].source == "said"


def test_the_second_is_counted_by_the_rows_told_in_one_breath() -> None:
    talk = Talk()
    talk.say("服务器有哪些", "product_inquiry", product="服务器=server")
    talk.tell("s4", "s16")
    state = talk.say("第二个吧")

    assert (state.value("quoted"), state.value("cores"), state.intent_name) == ("s16", 16, SUPPLEMENT)


def test_both_are_wanted_together() -> None:
    talk = server_of_8()
    talk.say("再给我报一个便宜点的", "discount")
    talk.tell("s4")
    state = talk.say("两种都要")

    assert state.intent_name == "purchase"
    assert state.value("wanted") == ["s8", "s4"]


def test_who_leaves_it_to_the_bot_gets_the_usual_one_marked_as_such() -> None:
    talk = Talk()
    talk.say("服务器怎么卖", "price_inquiry", product="服务器=server")
    talk.tell("s4", "s16")
    state = talk.say("随便,你推荐一个吧")

    assert (state.value("quoted"), state.slots["quoted"].source) == ("s8", "default")
    assert (state.value("cores"), state.slots["cores"].source) == (8, "default")


def test_slips_in_leaving_it_to_the_bot_do_not_matter() -> None:
    talk = Talk()
    talk.say("服务器怎么卖", "price_inquiry", product="服务器=server")
    talk.tell("s4", "s16")

    assert talk.say("随便侬看着帮").value("quoted") == "s8"


def test_whatever_is_no_choice_where_nothing_was_asked() -> None:
    talk = server_of_8()
    talk.add(NeedSettled("answered", 1, 0))
    state = talk.say("都可以")

    assert (state.needs, state.value("quoted")) == ((), "s8")


def test_a_need_that_names_nothing_is_known_by_how_it_is_asked() -> None:
    state = server_of_8().say("半夜里有没有人管", "requirement")

    assert (state.value("feature"), state.value("features")) == ("support", ["support"])
    assert state.needs[0].entities[0].source == "wording"


def test_a_short_yes_or_no_behind_a_question_is_part_of_it() -> None:
    text = "能连上金蝶不一年多少钱"
    needs = (Need("requirement", 0.9, (), 0, 5), Need("deny", 0.9, (), 5, 6), Need("price_inquiry", 0.9, (), 6, 11))
    heard = INTAKE.meant(server_of_8().state, Understanding(text, needs))

    assert heard.intents == ("requirement", "price_inquiry")
    answered = Understanding("行一年多少钱", (Need("affirm", 0.9, (), 0, 1), Need("price_inquiry", 0.9, (), 1, 6)))
    assert INTAKE.meant(server_of_8().state, answered).intents == ("affirm", "price_inquiry")


def test_what_was_not_understood_may_be_asked_for_by_its_words() -> None:
    state = server_of_8().state
    guesses = (Guess("complaint", 0.4), Guess("requirement", 0.3))

    assert INTAKE.meant(state, Understanding("那半夜有人管不", ranking=guesses)).intents == ("requirement",)
    assert INTAKE.meant(state, Understanding("今天天气不错", ranking=guesses)).intents == ()
    assert INTAKE.meant(state, Understanding("那半夜有人管不", ranking=guesses[:1])).intents == ()


def test_who_asks_something_is_not_about_to_hang_up() -> None:
    talk = server_of_8()

    assert talk.say("服务器挂了会通知吗", "requirement+goodbye").intent_name == "requirement"
    assert talk.say("一年多少钱算了再见", "price_inquiry+goodbye").intent_name == "price_inquiry+goodbye"
    assert talk.say("好挂了", "goodbye").intent_name == "goodbye"


def test_a_replay_of_the_stored_events_gives_the_same_state() -> None:
    talk = server_of_8()
    talk.say("再给我报一个便宜点的", "discount")
    talk.tell("s4")
    talk.say("还是前面那个吧", SUPPLEMENT)
    talk.say("不要备份", "requirement", feature="备份=backup")
    again = initial_state("c", DOMAIN)
    for event in talk.events:
        again = track(again, from_json(to_json(event)))

    assert again == talk.state
    assert again.configurations["2"]["quoted"].value == "s4"


def test_back_to_what_it_was_before_it_was_put_right_keeps_the_sizes() -> None:
    talk = server_of_8()
    talk.say("不对我说的是数据库", "product_inquiry", product="数据库=database")
    state = talk.say("哦那还是服务器吧", SUPPLEMENT, product="服务器=server")

    assert (state.value("product"), state.value("cores"), state.configurations) == ("server", 8, {})


def test_what_stands_before_the_change_is_what_is_changed() -> None:
    talk = server_of_8()
    talk.say("再要一个数据库4核的", "product_inquiry", product="数据库=database", cores="4核=4")
    talk.tell("d4")
    state = talk.say("服务器换成16核的", SUPPLEMENT, product="服务器=server", cores="16核=16")

    assert (state.current, state.value("product"), state.value("cores")) == ("1", "server", 16)


def test_a_city_asked_for_is_of_the_configuration() -> None:
    assert server_of_8().say("你们机房北京有吗", "requirement", city="北京=bj").intent_name == SUPPLEMENT


def test_who_takes_leave_wants_no_answer_to_the_reason() -> None:
    state = server_of_8().say("好我考虑一下再见", "affirm+objection+goodbye")
    assert state.intent_name == "goodbye"


def test_who_wants_a_person_wants_nothing_else_of_the_bot() -> None:
    assert server_of_8().say("算了你还是让人工来吧", "deny+human").intent_name == "human"


def test_a_good_in_front_of_a_question_is_no_answer() -> None:
    state = server_of_8().say("行一年多少钱", "affirm+price_inquiry")
    assert [INTAKE.meaning.opens(state, index) for index in (0, 1)] == [True, False]


@pytest.mark.parametrize(
    ("text", "intents", "opens"),
    [
        ("唔該,有冇平啲嘅雲主機", "thank+product_inquiry", True),
        ("谢谢侬,顺便问声续费几钿", "thank+price_inquiry", True),
        ("谢谢你,不过我还是觉得贵", "thank+objection", True),
        ("多谢,拜拜", "thank+goodbye", False),
        ("多少钱,谢谢", "price_inquiry+thank", False),
    ],
)
def test_thanks_in_front_of_what_is_wanted_are_no_need_of_their_own(text: str, intents: str, opens: bool) -> None:
    state = Talk().say(text, intents)
    assert INTAKE.meaning.opens(state, state.needs.index(next(need for need in state.needs if need.intent == "thank"))) is opens


def test_the_cheapest_of_a_kind_is_of_that_kind() -> None:
    state = Talk().say("数据库最便宜的多少钱", "price_inquiry", product="数据库=database")

    assert (state.value("quoted"), state.value("product")) == ("d4", "database")


def test_hardly_more_than_a_pointer_points_whatever_it_was_taken_for() -> None:
    talk = server_of_8()
    assert talk.say("最贵的呢", "objection").value("quoted") == "s16"
    assert talk.say("第二个太贵了", "objection").intent_name == "objection"


def test_to_think_about_it_first_is_no_yes() -> None:
    assert server_of_8().say("行我先了解一下谢谢", "affirm+objection").intent_name == "objection"


def test_a_need_that_changes_what_one_before_it_said_waits_for_its_turn() -> None:
    text = "8核的服务器一个月多少,一年呢"
    month, year = entity("period", "month", "一个月", text), entity("period", "year", "一年", text)
    server, cores = entity("product", "server", "服务器", text), entity("cores", 8, "8核", text)
    needs = (
        Need("price_inquiry", 0.9, (cores, server, month), 0, 12),
        Need("supplement_demand", 0.9, (year,), 13, len(text)),
    )
    said = UserUttered(text, Understanding(text, needs, (cores, server, month, year), 0.9))
    talk = Talk()
    talk.add(said)
    talk.add(*INTAKE.first(talk.state, said, whole=False))
    assert talk.state.value("period") == "month"

    talk.add(NeedTaken(0), *INTAKE.later(talk.state, said, 0))
    assert talk.state.value("period") == "month"
    talk.add(NeedTaken(1), *INTAKE.later(talk.state, said, 1))
    assert (talk.state.value("period"), talk.state.value("cores")) == ("year", 8)


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("你们服务器怎么卖,按月的,还要备份行吗", ("price_inquiry", "requirement")),
        ("8核的服务器,还要备份行吗", ("price_inquiry", "requirement")),
        ("服务器,能备份吗", ("requirement",)),
        ("服务器怎么卖能备份吗", ("requirement",)),
        ("能备份吗,服务器多少钱", ("requirement",)),
    ],
)
def test_a_price_asked_for_in_a_clause_before_is_a_need_of_its_own(text: str, intents: tuple[str, ...]) -> None:
    words = {"服务器": ("product", "server"), "8核": ("cores", 8), "按月": ("period", "month"), "备份": ("feature", "backup")}
    entities = tuple(entity(*told, word, text) for word, told in words.items() if word in text)
    heard = Understanding(text, (Need("requirement", 0.9, entities, 0, len(text)),), entities)
    needs = INTAKE.meant(Talk().state, heard).needs

    assert tuple(need.intent for need in needs) == intents
    assert {one.entity for one in needs[-1].entities} >= {"feature"}
