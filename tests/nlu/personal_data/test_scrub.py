"""Tokens and the way back."""

from __future__ import annotations

import pytest

from nlu.personal_data import Vault, counts, scrub, scrub_conversation

TURNS = ("王建国收到了吗", "我叫王建国,电话138-0013-8000", "再说一遍,幺三八零零幺三八零零零", "王建国,不是王建军")


def test_the_same_value_has_the_same_token_in_all_turns() -> None:
    scrubbed, _ = scrub_conversation(TURNS)
    assert [one.text for one in scrubbed] == [
        "[NAME_1]收到了吗",
        "我叫[NAME_1],电话[PHONE_1]",
        "再说一遍,[PHONE_1.2]",
        "[NAME_1],不是[NAME_2]",
    ]
    assert counts(scrubbed) == {"PHONE": 2, "NAME": 4}


def test_the_vault_gives_every_text_back() -> None:
    scrubbed, vault = scrub_conversation(TURNS)
    assert tuple(vault.restore(one.text) for one in scrubbed) == TURNS


def test_a_vault_goes_on_in_the_next_text() -> None:
    _, vault = scrub("我电话13800138000")
    again, vault = scrub("还是13800138000,或者13900139000", vault)
    assert again.text == "还是[PHONE_1],或者[PHONE_2]"
    assert Vault().restore(again.text) == again.text


def test_tokens_that_stood_there_before_are_not_given_out_again() -> None:
    text = "[PHONE_1]打不通,打13800138000"
    scrubbed, vault = scrub(text)
    assert scrubbed.text == "[PHONE_1]打不通,打[PHONE_2]"
    assert vault.restore(scrubbed.text) == text
    assert scrub(scrubbed.text)[0].removals == ()


@pytest.mark.parametrize(("at", "moved"), [(0, 0), (2, 2), (5, 10), (6, 11)])
def test_places_move_along(at: int, moved: int) -> None:
    scrubbed, _ = scrub("我叫王建国,谢谢")
    assert scrubbed.text == "我叫[NAME_1],谢谢"
    assert scrubbed.moved(at) == moved
