from __future__ import annotations

import pytest

from deploy.media.backchannel import is_backchannel


@pytest.mark.parametrize("text", ["嗯", "嗯嗯。", "对", "对对对", "好的", "好，好的", "是的", "哦，好", "要得", "知道了"])
def test_sounds_of_listening(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["", "不对", "好贵", "等一下", "对了我想问", "好的那帮我转人工", "多少钱", "不用了", "是不是"])
def test_words_with_a_meaning_of_their_own(text: str) -> None:
    assert not is_backchannel(text)
