"""Sentences on their way from the turn's thread into the call."""

from __future__ import annotations

import asyncio
import threading

import pytest

from deploy.media.mouth import CallMouth


def heard(*so_far: str) -> list[str]:
    async def call() -> list[str]:
        mouth = CallMouth()
        for one in so_far:
            mouth.say(one)
        mouth.end()
        return [piece async for piece in mouth.pieces()]

    return asyncio.run(call())


@pytest.mark.parametrize(
    ("so_far", "pieces"),
    [
        (["您好。", "您好。每月469元。"], ["您好。", "每月469元。"]),
        (["您好。每月469元。", "您好。每月469元。"], ["您好。每月469元。"]),
        (["您好。每月469元。", "您好。"], ["您好。每月469元。"]),
        (["您好。", "对不起。"], ["您好。", "对不起。"]),
        ([""], []),
    ],
)
def test_only_what_is_new_is_heard(so_far: list[str], pieces: list[str]) -> None:
    assert heard(*so_far) == pieces


def test_a_sentence_is_heard_while_the_turn_still_works() -> None:
    came = threading.Event()

    def turn(mouth: CallMouth) -> bool:
        mouth.say("第一句。")
        was_heard = came.wait(20)
        mouth.say("第一句。第二句。")
        mouth.end()
        return was_heard

    async def call() -> tuple[bool, list[str]]:
        mouth, pieces = CallMouth(), []
        working = asyncio.create_task(asyncio.to_thread(turn, mouth))
        async for piece in mouth.pieces():
            pieces.append(piece)
            came.set()
        return await working, pieces

    assert asyncio.run(call()) == (True, ["第一句。", "第二句。"])


def test_a_turn_that_outlives_its_call_speaks_to_nobody() -> None:
    async def call() -> CallMouth:
        return CallMouth(lambda: False)

    mouth = asyncio.run(call())
    mouth.say("还有人吗。")
    assert not mouth.wanted
