from __future__ import annotations

import numpy as np
import pytest

from deploy.media.speaker import LONG, Speaker, sentences
from tests.fakes import ToneVoice


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("您好。请问您需要什么?", ("您好。", "请问您需要什么?")),
        ("好的!马上办;稍等……谢谢", ("好的!", "马上办;", "稍等……", "谢谢")),
        ("他说:“可以。”然后呢", ("他说:“可以。”", "然后呢")),
        ("一年8600.5元,不贵。", ("一年8600.5元,不贵。",)),
        ("。。。 \n", ()),
        ("", ()),
    ],
)
def test_replies_are_cut_at_the_end_of_sentences(text: str, pieces: tuple[str, ...]) -> None:
    assert sentences(text) == pieces


def test_a_long_sentence_is_cut_at_its_commas_and_loses_nothing() -> None:
    text = "这款是八核十六兆的云服务器,每年八千六百元,含五兆带宽,支持异地备份,也能对接您现有的系统。"
    pieces = sentences(text)
    assert "".join(pieces) == text
    assert len(pieces) > 1
    assert max(map(len, pieces)) <= LONG


def test_a_sentence_is_synthesised_once_for_each_rate() -> None:
    voice = ToneVoice()
    speaker = Speaker(voice)
    first = speaker.speak("您好。", 8000)
    assert speaker.speak("您好。", 8000) is first
    assert len(speaker.speak("您好。", 16000)) == pytest.approx(2 * len(first), abs=2)
    assert voice.spoken == ["您好。", "您好。"]


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    one = Speaker(ToneVoice()).speak("一", 8000)
    voice = ToneVoice()
    speaker = Speaker(voice, cache_bytes=2 * one.nbytes)
    for sentence in ("一", "二", "一", "三"):
        speaker.speak(sentence, 8000)
    assert speaker.cached("二", 8000) is None
    assert speaker.cached("一", 8000) is not None
    assert np.abs(one).max() == pytest.approx(0.3, abs=0.02)
