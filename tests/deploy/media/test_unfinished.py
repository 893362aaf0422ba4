from __future__ import annotations

import pytest

from deploy.media.unfinished import is_unfinished


@pytest.mark.parametrize("text", ["我要云服务器还要", "我想问一下，", "要八核的然后", "我想要一台云服务器同埋"])
def test_sentences_that_stop_in_the_middle(text: str) -> None:
    assert is_unfinished(text)


@pytest.mark.parametrize(
    "text",
    ["", "嗯", "那个", "那这个的年费是多少", "还要支持异地备份", "好的", "就这些", "能先试用吗", "哪个最好", "余额", "谢谢侬"],
)
def test_sentences_that_are_whole(text: str) -> None:
    assert not is_unfinished(text)
