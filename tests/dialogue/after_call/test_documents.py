"""Documents of real conversations of the sample bot, and of bots that have less."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.after_call.document import Document, Part, escaped, markdown
from dialogue.after_call.house import House, clean
from dialogue.after_call.page import page
from dialogue.after_call.report import Report, report_of
from dialogue.after_call.session import sessions_of, stored_sessions
from dialogue.after_call.settings import AfterCallSettings, Section, Template, settled
from dialogue.bot_files import Bot, load_bot
from dialogue.events import SlotSet
from tests.dialogue.after_call.talks import STORIES, Talk

HOSTILE = "<script>alert(1)</script> | [王](javascript:alert(1)) **女士** http://evil.example\n# 大标题\u202e"


def last(talk: Talk, conversation: str, house: House) -> Report:
    return report_of(stored_sessions(talk.bot.store, conversation, house.bot.domain)[-1], house)


def named(report: Report, name: str) -> Document:
    return next(document for document in report.documents if document.name == name)


def test_a_sale_gives_summary_requirements_and_proposal(talk: Talk, house: House) -> None:
    report = last(talk, "wang", house)
    texts = {document.name: markdown(document) for document in report.documents}
    assert list(texts) == ["summary", "requirements", "proposal"]
    assert "下一步：30分钟内给王丽华回电，电话13800001234。" in texts["summary"]
    assert "\n- 给王丽华回电" not in texts["summary"]  # the same once more, without the time
    assert "| 并发 | 1000 | 1000并发 | 1 |" in texts["requirements"]
    assert "| 购买时长 | 2年 | 两年 | 2 |" in texts["requirements"]
    assert "云服务器标准型8核16G，2年：9380元" in texts["proposal"]
    assert "4690元" in texts["proposal"]
    assert not any(document.notes for document in report.documents)


def test_the_client_reads_nothing_of_scores_and_sources(talk: Talk, house: House) -> None:
    proposal = markdown(named(last(talk, "wang", house), "proposal"))
    assert not re.search(r"评分|意向|\.csv|满意度|13800001234", proposal)


def test_a_complaint_gives_no_proposal(talk: Talk, house: House) -> None:
    report = last(talk, "li", house)
    assert [document.name for document in report.documents] == ["summary", "requirements"]
    assert "已转人工，由人工同事接着跟进" in markdown(named(report, "summary"))


@pytest.mark.parametrize("number", range(0, len(STORIES), 9))
def test_every_figure_for_a_client_has_a_source(number: int, talk: Talk, house: House) -> None:
    report = last(talk, talk.story(number), house)
    assert [document.notes for document in report.documents] == [()] * len(report.documents)
    assert not any(told.unsourced for told in report.account.told)


def test_a_hostile_name_stands_as_it_is_and_does_nothing(talk: Talk, house: House) -> None:
    events = [SlotSet("contact_name", HOSTILE, "said", HOSTILE) if _names(event) else event for event in talk.bot.events("wang")]
    report = report_of(sessions_of("wang", events, house.bot.domain)[-1], house)
    for document in report.documents:
        tags = _Tags()
        tags.feed(page(document))
        assert tags.seen.isdisjoint(("script", "a", "img", "strong"))
        written = markdown(document)
        assert not re.search(r"(?<!\\)[<|](?=script)", written)
        assert "](" not in written.replace("\\](", "")
        assert "\n# 大标题" not in written
        assert "http://" not in written
        assert "\u202e" not in written


def _names(event: object) -> bool:
    return isinstance(event, SlotSet) and event.name == "contact_name" and event.value is not None


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- the parser's seam
        self.seen.add(tag)


def test_a_name_that_promises_is_left_out_of_what_the_client_reads(talk: Talk, house: House) -> None:
    name = "我们承诺全额赔付"
    events = [SlotSet("contact_name", name, "said", name) if _names(event) else event for event in talk.bot.events("wang")]
    report = report_of(sessions_of("wang", events, house.bot.domain)[-1], house)
    proposal = named(report, "proposal")
    assert "全额赔付" not in markdown(proposal)
    assert proposal.notes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("1. 一", "1\\. 一"),
        ("- 一", "\\- 一"),
        ("99.95%，1.5倍", "99.95%，1.5倍"),
        ("a\n\n# b", "a \\# b"),
        ("www.evil.example", "www\\.evil.example"),
        ("![](x)", "!\\[\\](x)"),
        ("price_yuan", "price\\_yuan"),
    ],
)
def test_markdown_shows_texts_as_they_stand(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_value_is_one_line_of_what_can_be_seen() -> None:
    assert clean("王\u202e女\n士\x00 \u200b") == "王女 士"
    assert len(clean("长" * 1000)) == 200


def test_a_page_needs_nothing_but_itself_and_runs_nothing() -> None:
    text = page(Document("x", "标题", (Part("段", ("话",), (("列",), ("值",)), ("项",)),), "末尾"))
    assert "default-src 'none'" in text
    assert not re.search(r"<script|src=|href=|url\(|@import", text)


BARE = {
    "domain.yml": """
version: "3.1"
intents: [greet]
responses:
  utter_greet: [{text: "您好。"}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - 你好
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
""",
    "config.yml": "language: zh\n",
    "bot.yml": "voices: {greeting: utter_greet}\n",
}


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    folder = tmp_path_factory.mktemp("bare")
    (folder / "data").mkdir()
    for name, text in BARE.items():
        (folder / name).write_text(text, "utf-8")
    return load_bot(folder)


def test_a_bot_without_facts_and_forms_is_written_up(bare: Bot, talk: Talk) -> None:
    bot = SalesBot(parts_of(bare, talk.meant, Shared.of(bare, "sqlite://")))
    talk.meant.intents["你好"] = "greet"
    bot.turn("a", "你好")
    bot.end("a", "closed")
    report = report_of(stored_sessions(bot.store, "a", bare.domain)[-1], House.of(bare))
    assert [document.name for document in report.documents] == ["summary", "requirements"]
    assert "客户没有留下姓名和联系方式。" in markdown(named(report, "summary"))
    bot.close()


def test_operators_change_wording_sections_and_order_in_bot_yml(talk: Talk, house: House) -> None:
    own = AfterCallSettings(
        without=("requirements",),
        labels={"concurrency": "同时在线"},
        documents={
            "proposal": Template(
                title="给{client}的方案",
                order=("rows", "requirements", "hours"),
                sections={
                    "rows": Section(heading="推荐"),
                    "hours": Section(text="{support_hours}有人值班。\n{nothing}没有的不写。"),
                },
            ),
            "note": Template(title="便条", sections={"only": Section(text="{client}")}),
        },
    )
    changed = replace(house, settings=settled(own))
    report = last(talk, "wang", changed)
    assert [document.name for document in report.documents] == ["summary", "proposal", "note"]
    proposal = markdown(named(report, "proposal"))
    assert proposal.startswith("# 给王丽华的方案\n\n## 推荐\n")
    assert proposal.index("## 推荐") < proposal.index("同时在线") < proposal.index("全天二十四小时有人值班。")
    assert "没有的不写" not in proposal


def test_the_style_follows_the_preference_heard(talk: Talk, house: House) -> None:
    events = [*talk.bot.events("wang")[:-1], SlotSet("preferences", ["crisp"])]
    report = report_of(sessions_of("wang", events, house.bot.domain)[-1], house)
    assert "以下是按您的要求整理的方案。" in markdown(named(report, "proposal"))
