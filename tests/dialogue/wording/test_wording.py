"""A language model words what a response says; the response stands in wherever it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dialogue.bot_files import load_bot
from dialogue.events import AdapterReplied, BotUttered, Event, ReplyBlocked
from dialogue.llm import ChatClient, LlmSettings
from dialogue.style.evaluation import HouseVoice
from dialogue.wording.wording import TurnWording, wording_of
from tests.dialogue.llm.server import Answer, Endpoint, endpoint
from tests.dialogue.wording.house import QUOTED, asked, house, told

GOOD = ("您好呀，云服务器标准型8核16G", "每月469元呢。", "包年", "是4690元。")
APOLOGY = ("非常抱歉让您久等了。", "我马上帮您查。")
TEMPLATE = "云服务器标准型8核16G每月469元，包年4690元。"


@dataclass
class Listener:
    """Hears what is handed on; breaks in once it has heard so many pieces."""

    heard: list[str] = field(default_factory=list)
    breaks_in_after: int = 99

    def say(self, so_far: str) -> None:
        self.heard.append(so_far)

    @property
    def wanted(self) -> bool:
        return len(self.heard) < self.breaks_in_after


@dataclass
class Wordy:
    """One turn of the shop with its model."""

    served: Endpoint
    turn: TurnWording
    folder: Path

    def says(
        self, response: str = "utter_quote", said: str = "云服务器一年多少钱", before: str = "", **values: object
    ) -> tuple[Event, ...]:
        bot = self.turn.wording.bot
        state = asked(bot, said)
        message = told(bot, response, state, **(values or QUOTED))
        return self.turn.worded(message, "action_x", state, before)


@contextmanager
def wordy(folder: Path, *answers: Answer, mouth: Listener | None = None, **times: int) -> Iterator[Wordy]:
    with endpoint(*answers) as served:
        llm = ChatClient(LlmSettings(served.url, "base", retries=0), {})
        wording = wording_of(house(folder, **times), llm, None)
        assert wording is not None
        yield Wordy(served, wording.begin(mouth), folder)
        llm.close()


def said(events: tuple[Event, ...]) -> str:
    assert isinstance(events[-1], BotUttered)
    return events[-1].text


def replied(events: tuple[Event, ...]) -> AdapterReplied:
    return next(event for event in events if isinstance(event, AdapterReplied))


def test_the_words_are_the_model_s_and_the_response_is_kept_beside_them(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(GOOD)) as shop:
        events = shop.says()
    assert said(events) == "您好呀，云服务器标准型8核16G每月469元呢。包年是4690元。"
    message = events[-1]
    assert isinstance(message, BotUttered)
    assert message.speech == "您好呀，云服务器标准型八核十六G每月四百六十九元呢。包年是四千六百九十元。"
    assert (message.response, message.template) == ("utter_quote", TEMPLATE)
    record = replied(events)
    assert (record.model, record.response, record.worded, record.fault, record.dropped) == ("base", "utter_quote", True, "", "")
    assert 0 < record.first_ms <= record.whole_ms
    assert [shown["content"] for shown in shop.served.asked[0]["messages"]] == [
        "你是云汇科技的客服。\n资料：云服务器标准型8核16G每月469元；云服务器标准型8核16G每年4690元\n状态：询价",
        "云服务器一年多少钱",
    ]


@pytest.mark.parametrize(
    ("words", "style"),
    [(GOOD, 1.0), (("云主机每月469元。", "包年4690元。"), 0.75), (("",), None)],
    ids=["as the house speaks", "one of four rules broken", "nothing came"],
)
def test_an_answer_is_held_against_the_rules_of_the_house(tmp_path: Path, words: tuple[str, ...], style: float | None) -> None:
    rules = HouseVoice(forbidden=("终身免费",), terms={"云主机": "云服务器"})
    with wordy(tmp_path, Answer(words)) as shop:
        shop.turn.wording = replace(shop.turn.wording, house=rules)
        assert replied(shop.says()).style == style


def test_the_rules_of_the_house_are_a_file_beside_the_bot(tmp_path: Path) -> None:
    house(tmp_path)
    (tmp_path / "rules.yml").write_text("terms: {云主机: 云服务器}\n", "utf-8")
    file = tmp_path / "bot.yml"
    file.write_text(file.read_text("utf-8").replace("wording:", "wording:\n  house: rules.yml"), "utf-8")
    with endpoint() as served:
        wording = wording_of(load_bot(tmp_path), ChatClient(LlmSettings(served.url, "base", retries=0), {}), None)
    assert wording is not None
    assert wording.house == HouseVoice(terms={"云主机": "云服务器"})


def test_buttons_stay(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(("防火墙和入侵检测都是自带的，不另外收费呢。",))) as shop:
        message = shop.says("utter_feature", name="安全防护", answer="防火墙和入侵检测都是自带的，不另外收费")[-1]
    assert isinstance(message, BotUttered)
    assert message.template
    assert [button.title for button in message.buttons] == ["转人工"]


@pytest.mark.parametrize(
    ("answer", "fault", "dropped", "kinds"),
    [
        (Answer(status=500), "refused", "", []),
        (Answer(status=503), "busy", "", []),
        (Answer(("云服务器标准型8核16G",), breaks_off=True), "", "fact", ["fact"]),
        (Answer(("云服务器标准型8核16G每月469元。",)), "", "fact", ["fact"]),
        (Answer(("云服务器标准型8核16G每月399元，包年4690元。",)), "", "figure", ["figure"]),
        (Answer(("坏了我们全额赔付，每月469元，包年4690元。",)), "", "promise", ["promise"]),
        (Answer(("你看云服务器标准型8核16G每月469元，包年4690元。",)), "", "address", ["address"]),
        (Answer(("云服务器标准型8核16G每月469元，",), finish="length"), "cut", "", []),
    ],
)
def test_the_response_itself_is_said_where_the_model_fails(
    tmp_path: Path, answer: Answer, fault: str, dropped: str, kinds: list[str]
) -> None:
    with wordy(tmp_path, answer) as shop:
        events = shop.says()
    assert (said(events), getattr(events[-1], "template", None)) == (TEMPLATE, "")
    record = replied(events)
    assert (record.worded, record.fault, record.dropped) == (False, fault, dropped)
    blocked = [event for event in events if isinstance(event, ReplyBlocked)]
    assert [event.kind for event in blocked] == kinds
    assert all((event.action, event.response) == ("action_x", "utter_quote") for event in blocked)


def test_an_answer_that_is_wrong_is_asked_for_once_more_and_more_freely(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(("每月399元。",)), Answer(GOOD), tries=2) as shop:
        events = shop.says()
    assert said(events) == "您好呀，云服务器标准型8核16G每月469元呢。包年是4690元。"
    assert [(event.worded, event.dropped) for event in events if isinstance(event, AdapterReplied)] == [
        (False, "figure"),
        (True, ""),
    ]
    assert [one["temperature"] for one in shop.served.asked] == [0.0, 0.7]


def test_no_second_answer_is_asked_for_that_would_be_late_or_once_the_first_was_heard(tmp_path: Path) -> None:
    wrong = Answer(("您好呀。", "每月469元呢。"))
    with wordy(tmp_path, wrong, tries=2, mouth=Listener()) as shop:
        assert said(shop.says()).endswith(TEMPLATE)
    assert len(shop.served.asked) == 1
    with wordy(tmp_path, Answer(status=503), tries=2) as shop:
        assert said(shop.says()) == TEMPLATE
    assert len(shop.served.asked) == 1


@pytest.mark.parametrize("stalls_after", [0, 1])
def test_a_first_sentence_that_is_late_is_not_waited_for(tmp_path: Path, stalls_after: int) -> None:
    with wordy(tmp_path, Answer(GOOD, stalls_after=stalls_after), deadline_ms=150) as shop:
        events = shop.says()
        assert (said(events), replied(events).fault) == (TEMPLATE, "late")
        assert shop.turn.spent_ms < 10_000  # the server would stall for 30 s


def test_an_answer_that_stalls_behind_its_first_sentence_ends_with_its_time(tmp_path: Path) -> None:
    with wordy(
        tmp_path,
        Answer(("云服务器标准型8核16G每月469元。", "包年4690元。", "还有"), stalls_after=2),
        whole_ms=400,
        deadline_ms=400,
    ) as shop:
        events = shop.says()
    assert (said(events), replied(events).fault) == (TEMPLATE, "late")


def test_all_requests_of_a_turn_share_its_time(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(GOOD, stalls_after=0), whole_ms=500, deadline_ms=500) as shop:
        assert replied(shop.says()).fault == "late"
        assert replied(shop.says("utter_complaint", "又打不开了")).fault == "late"
    assert len(shop.served.asked) == 1


def test_a_server_that_was_away_three_times_is_left_alone(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(status=503)) as shop:
        bot = shop.turn.wording.bot
        state = asked(bot, "又打不开了")
        message = told(bot, "utter_complaint", state)
        faults = [replied(shop.turn.wording.begin().worded(message, "utter_complaint", state, "")).fault for _ in range(4)]
    assert faults == ["busy", "busy", "busy", "resting"]
    assert len(shop.served.asked) == 3


def test_the_response_s_own_question_stays_and_the_model_asks_none_beside_it(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(("您先用七天呢。", "您看可以吗？"))) as shop:
        assert said(shop.says("utter_trial", "能先试用吗", trial_days=7)) == "您先用七天呢。现在给您开通吗？"


@pytest.mark.parametrize(
    ("words", "heard"),
    [("您的手机号方便留一下吗？", "您的手机号方便留一下吗？"), ("您贵姓？", "请您留个手机号，方便联系您。")],
)
def test_a_form_s_question_still_asks_for_the_same(tmp_path: Path, words: str, heard: str) -> None:
    with wordy(tmp_path, Answer((words,))) as shop:
        events = shop.says("utter_ask_lead_form_phone", "好的")
    assert said(events) == heard
    assert replied(events).dropped == ("" if heard == words else "question")


def test_what_goes_on_and_on_is_cut_at_the_last_sentence_that_fits(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer((*APOLOGY, "稍后给您回个电话。"), endless=True), max_chars=20) as shop:
        events = shop.says("utter_complaint", "又打不开了")
        assert said(events) == "".join(APOLOGY)
        assert (replied(events).worded, replied(events).dropped) == (True, "long")
        assert shop.served.hung_up.wait(10)


@pytest.mark.parametrize(
    ("words", "stops"),
    [
        ("您看还想了解什么管用的天，您看还想了解什么管付款。", True),
        ("非常抱歉非常抱歉非常抱歉。", True),
        ("非常抱歉，让您久等了，我马上帮您看，给您回电。", False),
    ],
)
def test_a_model_that_has_lost_its_thread_is_not_heard(tmp_path: Path, words: str, stops: bool) -> None:
    with wordy(tmp_path, Answer((words,))) as shop:
        events = shop.says("utter_complaint", "又打不开了")
    assert (replied(events).worded, replied(events).dropped) == (not stops, "repeats" if stops else "")


def test_the_same_answer_in_one_turn_is_worded_once(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer(GOOD)) as shop:
        assert shop.says() == shop.says()
    assert len(shop.served.asked) == 1


def test_sentences_are_handed_on_as_they_come(tmp_path: Path) -> None:
    caller = Listener()
    with wordy(tmp_path, Answer(GOOD), mouth=caller) as shop:
        events = shop.says(before="好的。")
    assert caller.heard == [
        "好的。",
        "好的。您好呀，云服务器标准型八核十六G每月四百六十九元呢。",
        "好的。您好呀，云服务器标准型八核十六G每月四百六十九元呢。包年是四千六百九十元。",
    ]
    message = events[-1]
    assert isinstance(message, BotUttered)
    assert caller.heard[-1] == "好的。" + message.speech


@pytest.mark.parametrize(
    ("answer", "fault", "dropped"),
    [
        (Answer(("您好呀，云服务器标准型8核16G每月469元呢。", "坏了我们全额赔付。")), "", "promise"),
        (Answer(("您好呀，云服务器标准型8核16G每月469元呢。",)), "", "fact"),
        (Answer(("您好呀，云服务器标准型8核16G每月469元呢。", "包"), status=200, finish="length"), "cut", ""),
    ],
)
def test_what_was_heard_already_is_followed_by_what_the_response_still_owes(
    tmp_path: Path, answer: Answer, fault: str, dropped: str
) -> None:
    caller = Listener()
    with wordy(tmp_path, answer, mouth=caller) as shop:
        events = shop.says()
    assert said(events) == "您好呀，云服务器标准型8核16G每月469元呢。" + TEMPLATE
    assert (replied(events).worded, replied(events).fault, replied(events).dropped) == (True, fault, dropped)
    message = events[-1]
    assert isinstance(message, BotUttered)
    assert message.speech.startswith(caller.heard[-1])


def test_what_is_owed_is_nothing_where_the_sentences_heard_tell_every_fact(tmp_path: Path) -> None:
    with wordy(tmp_path, Answer((TEMPLATE, "坏了我们全额赔付。")), mouth=Listener()) as shop:
        events = shop.says()
    assert (said(events), replied(events).dropped) == (TEMPLATE, "promise")


def test_a_first_sentence_without_the_facts_is_held_so_that_the_response_can_stand_in(tmp_path: Path) -> None:
    caller = Listener()
    with wordy(tmp_path, Answer(("您好呀。", "每月469元呢。")), mouth=caller, hold_ms=20_000) as shop:
        assert said(shop.says()) == TEMPLATE
    assert caller.heard == []


def test_nothing_is_heard_from_a_wrong_name_on_however_long_it_was_held(tmp_path: Path) -> None:
    caller = Listener()
    with wordy(tmp_path, Answer(("标准云服务器型8核16G挺合适您呢。", "一年4690元呢。")), mouth=caller) as shop:
        events = shop.says()
    assert (said(events), replied(events).dropped, caller.heard) == (TEMPLATE, "fact", [])


def test_words_without_facts_to_tell_are_not_held(tmp_path: Path) -> None:
    caller = Listener()
    with wordy(tmp_path, Answer(("非常抱歉。", "我马上帮您看。")), mouth=caller, hold_ms=20_000) as shop:
        shop.says("utter_complaint", "又打不开了")
    assert caller.heard == ["非常抱歉。", "非常抱歉。我马上帮您看。"]


def test_a_caller_who_breaks_in_ends_the_request(tmp_path: Path) -> None:
    caller = Listener(breaks_in_after=2)
    with wordy(tmp_path, Answer(APOLOGY, endless=True), mouth=caller, max_chars=9999) as shop:
        events = shop.says("utter_complaint", "又打不开了")
        assert (said(events), replied(events).dropped) == ("".join(APOLOGY), "interrupted")
        assert shop.served.hung_up.wait(10)


def test_nobody_words_anything_without_a_model_or_a_section(tmp_path: Path) -> None:
    bot = house(tmp_path)
    assert wording_of(bot, None, None) is None
    (tmp_path / "bot.yml").write_text("profile: edge\n", "utf-8")
    from dialogue.bot_files import load_bot

    llm = ChatClient(LlmSettings("http://127.0.0.1:1/v1", "base"), {})
    assert wording_of(load_bot(tmp_path), llm, None) is None
