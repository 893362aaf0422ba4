from __future__ import annotations

from dialogue.events import BotUttered
from dialogue.reply import Reply


def test_messages_are_lines_on_a_screen_and_one_stream_of_speech() -> None:
    reply = Reply((BotUttered("每月899元。", "每月八百九十九元。"), BotUttered("", ""), BotUttered("要试用吗？", "要试用吗？")))

    assert reply.text == "每月899元。\n要试用吗？"
    assert reply.speech == "每月八百九十九元。要试用吗？"
    assert (Reply().text, Reply().speech) == ("", "")
