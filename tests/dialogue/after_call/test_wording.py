"""Sections in a language model's words: guarded, and the template wherever they will not do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from dialogue.adapters.choosing import Choice
from dialogue.after_call.account import Account
from dialogue.after_call.document import markdown
from dialogue.after_call.house import House
from dialogue.after_call.report import Report, report_of
from dialogue.after_call.session import stored_sessions
from dialogue.after_call.settings import DocumentWording
from dialogue.after_call.wording import DocumentWords, unfit
from dialogue.llm import ChatRequest, LlmError
from tests.dialogue.after_call.talks import Talk

TEMPLATE = "感谢您的咨询。根据您在沟通中提到的要求，我们整理了下面的方案，供您参考。"


@dataclass
class Scripted:
    """Answers every request with the same words, or fails."""

    answer: str
    asked: list[ChatRequest] = field(default_factory=list)

    def complete(self, request: ChatRequest) -> str:
        self.asked.append(request)
        if not self.answer:
            raise LlmError("late")
        return self.answer


def proposal(talk: Talk, house: House, chatter: Scripted) -> tuple[str, Report]:
    def wording(account: Account) -> DocumentWords:
        return DocumentWords(chatter, Choice("north--warm"), DocumentWording(), account, house)

    report = report_of(stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1], house, wording)
    return markdown(report.documents[-1]), report


def test_the_model_words_what_the_template_means(talk: Talk, house: House) -> None:
    chatter = Scripted("谢谢您的信任，方案已经给您整理好了，请您过目。")
    text, report = proposal(talk, house, chatter)
    assert "谢谢您的信任，方案已经给您整理好了，请您过目。" in text
    assert TEMPLATE not in text
    assert not report.documents[-1].notes
    assert {request.model for request in chatter.asked} == {"north--warm"}
    shown = "".join(said.content for request in chatter.asked for said in request.messages)
    assert "云汇科技" in shown  # the bot's persona, with its terms
    assert "云服务器标准型8核16G" in shown
    assert "王丽华" not in shown
    assert "13800001234" not in shown


@pytest.mark.parametrize(
    "answer",
    [
        "感谢您的咨询。我们承诺全额赔付，请您放心。",
        "感谢您的咨询，这台每月只要99元，请您参考。",
        "",
        "谢谢您。" * 80,
    ],
)
def test_what_may_not_be_said_leaves_the_template_and_a_note(answer: str, talk: Talk, house: House) -> None:
    text, report = proposal(talk, house, Scripted(answer))
    assert TEMPLATE in text
    assert "全额赔付" not in text
    assert "只要99元" not in text
    assert any("用的是模板原文" in note for note in report.documents[-1].notes)


def test_a_preference_gives_the_model_another_text_to_word(talk: Talk, house: House) -> None:
    from dialogue.events import SlotSet

    session = stored_sessions(talk.bot.store, "wang", house.bot.domain)[-1]
    liked = replace(session, events=(*session.events, SlotSet("preferences", ["warm"])))
    chatter = Scripted("")
    report_of(liked, house, lambda account: DocumentWords(chatter, Choice("m"), DocumentWording(), account, house))
    assert "您的要求我们都认真记下了" in chatter.asked[0].messages[-1].content


@pytest.mark.parametrize(
    ("words", "text", "why"),
    [
        ("三十分钟内回您电话。", "30分钟内给您回电。", ""),
        ("很快给您回电。", "30分钟内给您回电。", "a figure is missing"),
        ("", "您好。", "no words"),
    ],
)
def test_other_words_must_carry_the_figures(words: str, text: str, why: str) -> None:
    assert unfit(words, text) == why
