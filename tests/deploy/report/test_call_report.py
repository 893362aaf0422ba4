from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile

from deploy.media.recorder import WavRecorder
from deploy.media.records import CallRecord, TurnRecord, TurnTimes
from deploy.report import ReportParts, write_report
from dialogue.events import ActionExecuted, AdapterReplied, UserUttered
from dialogue.state import SlotValue
from nlu.understanding import Understanding

TURN = TurnRecord(
    heard="那这个的<b>年费</b>是多少",
    dialect="cmn-sichuan",
    confidence=0.87,
    needs=("price_inquiry",),
    slots={"concurrency": SlotValue(1000, 1, "一千并发", "said"), "region": SlotValue(None)},
    actions=("action_quote", "action_listen"),
    reply="每年4990元。",
    spoken=(2.0, 3.5),
    answered=(4.0, 6.0),
    times=TurnTimes(40, 2, 3, 1, 12, 130),
)
CALL = CallRecord("c-1", "audiosocket", "hang_up", 8.0, "您好。", (0.2, 1.2), (TURN,))
EVENTS = (
    UserUttered("那这个的年费是多少", Understanding("那这个的年费是多少")),
    ActionExecuted("action_quote", "rules", "rule 'price' at rules.yml:14"),
    ActionExecuted("action_listen"),
)


class Checker(HTMLParser):
    """Every tag that is opened is closed; collects what the page would fetch."""

    VOID = frozenset({"meta", "br", "img", "link", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_startendtag(self, _tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page(tmp_path: Path) -> str:
    recorder = WavRecorder(tmp_path / "call.wav", 8000, 0.0)
    tone = (0.3 * np.sin(np.arange(8 * 8000) / 5)).astype(np.float32)
    recorder.bot(tone[:8000], 4.0)
    recorder.caller(tone, 8.0)
    recorder.close()
    write_report(tmp_path / "report.html", ReportParts(CALL, tmp_path / "call.wav", EVENTS, "演示通话"))
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_is_well_formed_and_needs_nothing_else(page: str) -> None:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert [address[:16] for address in checker.fetched] == ["data:audio/mpeg;"]
    assert "http" not in re.sub(r"data:[^\"]*", "", page)


def test_the_page_tells_what_was_heard_remembered_done_and_why(page: str) -> None:
    for fact in (
        "price_inquiry",
        "1000",
        "一千并发",
        "客户说的",
        "rule &#x27;price&#x27; at rules.yml:14",
        "每年4990元。",
        "130",
    ):
        assert fact in page
    assert "region" not in page


def test_the_page_tells_who_worded_a_reply_and_why_not(tmp_path: Path) -> None:
    wordings = (
        AdapterReplied("v1.0-warm", 120.4, response="utter_quote", model="north/v1.0-warm", whole_ms=310.0, worded=True),
        AdapterReplied("", 700.0, "late", response="utter_trial", model="base", whole_ms=700.0),
    )
    turn = replace(TURN, wordings=wordings, times=replace(TURN.times, word_ms=1010.0))
    write_report(tmp_path / "report.html", ReportParts(replace(CALL, turns=(turn,))))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "由模型 v1.0-warm 措辞；首句 120 毫秒，全部 310 毫秒" in page
    assert "按原文说（太慢）；首句 700 毫秒" in page
    assert "模型措辞 1010.0" in page


def test_what_a_caller_says_cannot_become_part_of_the_page(page: str) -> None:
    assert "那这个的&lt;b&gt;年费&lt;/b&gt;是多少" in page
    assert "<b>" not in page


def test_the_page_holds_the_sound_of_the_call(page: str) -> None:
    coded = re.search(r"data:audio/mpeg;base64,([^\"]+)", page)
    assert coded is not None
    sound, rate_hz = soundfile.read(io.BytesIO(base64.b64decode(coded.group(1))))
    assert sound.shape[1] == 2
    assert len(sound) / rate_hz == pytest.approx(8.0, abs=0.2)


def test_a_call_without_turns_or_recording_has_a_report_too(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", ReportParts(CallRecord("c-2", "ws_voice", "hang_up", 0.0)))
    assert "没有对话" in (tmp_path / "report.html").read_text(encoding="utf-8")
