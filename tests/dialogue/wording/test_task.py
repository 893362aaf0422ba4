"""What a language model is asked to word."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import Bot
from dialogue.events import RowsOffered
from dialogue.wording.task import Task, parted, task_of
from tests.dialogue.wording.house import QUOTED, asked, house, told


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    return house(tmp_path)


def task(bot: Bot, response: str, said: str = "云服务器一年多少钱", persona: str = "", **values: object) -> Task | None:
    state = asked(bot, said)
    return task_of(bot, told(bot, response, state, **values), state, persona)


def test_the_prompt_begins_with_what_never_changes_and_has_the_form_of_training(bot: Bot) -> None:
    found = task(bot, "utter_quote", **QUOTED)
    assert found is not None
    assert found.prompt == (
        "你是云汇科技的客服。\n资料：云服务器标准型8核16G每月469元；云服务器标准型8核16G每年4690元\n状态：询价"
    )
    assert found.said == "云服务器一年多少钱"


def test_the_persona_that_speaks_has_its_own_words(bot: Bot) -> None:
    assert [
        found.prompt.split("\n")[0] for who in ("expert", "nobody") if (found := task(bot, "utter_complaint", persona=who))
    ] == [
        "你是云汇科技的资深顾问。",
        "你是云汇科技的客服。",
    ]


def test_a_pattern_names_responses_and_a_row_says_what_the_response_does_not(bot: Bot) -> None:
    found = task(bot, "utter_feature", "有防火墙吗", name="安全防护", answer="防火墙和入侵检测都是自带的，不另外收费")
    assert found is not None
    assert "资料：安全防护：支持，防火墙和入侵检测都是自带的，不另外收费" in found.prompt


def test_without_phrases_the_model_is_told_the_response_itself(bot: Bot) -> None:
    found = task(bot, "utter_manual")
    assert found is not None
    assert found.prompt.endswith("资料：说明书在https://help.example/start，两分钟就能看完")


def test_a_phrase_is_filled_from_the_row_that_was_offered(bot: Bot) -> None:
    state = asked(bot, "太贵了", RowsOffered(("cs",)))
    message = told(bot, "utter_quote", state, **{**QUOTED, "name": "这一款"})
    found = task_of(bot, message, state)
    assert found is not None
    assert "这一款每月469元" in found.prompt


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("可以的，试用七天。现在给您开通吗？", ("可以的，试用七天。", "现在给您开通吗？")),
        ("您要多大的？我给您挑。", ("", "您要多大的？我给您挑。")),
        ("好的。", ("好的。", "")),
        ("很快的呢。", ("很快的呢。", "")),
    ],
)
def test_from_its_first_question_on_a_response_stays_as_it_is(text: str, parts: tuple[str, str]) -> None:
    assert parted(text) == parts


def test_what_a_form_asks_is_worded_only_where_words_are_kept(bot: Bot, tmp_path: Path) -> None:
    found = task(bot, "utter_ask_lead_form_phone")
    assert found is not None
    assert (found.keeps("您的手机号方便说一下吗？"), found.keeps("您贵姓？")) == (True, False)
    file = tmp_path / "bot.yml"
    file.write_text(file.read_text("utf-8").replace(", keep: [手机|电话]", ""), "utf-8")
    from dialogue.bot_files import load_bot

    assert task(load_bot(tmp_path), "utter_ask_lead_form_phone") is None


@pytest.mark.parametrize(
    ("response", "said"),
    [("utter_hand_over", "转人工"), ("utter_quote", ""), ("utter_quote", "/price_inquiry"), ("utter_ask_which", "多少钱")],
)
def test_nothing_is_asked_for_other_responses_nor_after_silence_buttons_and_mere_questions(
    bot: Bot, response: str, said: str
) -> None:
    assert task(bot, response, said, **QUOTED) is None


def test_the_model_sees_no_personal_data_of_the_customer(bot: Bot) -> None:
    found = task(bot, "utter_complaint", "我姓王，电话13800001234，又打不开了")
    assert found is not None
    assert "13800001234" not in found.said
    assert "又打不开了" in found.said
