import numpy as np
import pytest

from asr.bundle import bundled_folder
from asr.recogniser import WhisperRecogniser
from asr.streaming import Following, Partial, agree, settles
from asr.transcript import SAMPLE_RATE_HZ
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
from tests.asr.spoken import at_16k


def test_what_two_passes_agree_on_is_committed() -> None:
    first = agree(Partial(), "我要八")
    assert first == Partial("", "我要八")
    second = agree(first, "我要八和的")
    assert second == Partial("我要八", "和的")
    third = agree(second, "我要八核的服务器")
    assert third == Partial("我要八", "核的服务器")
    assert third.text == "我要八核的服务器"


def test_what_is_committed_stays_where_a_later_pass_reads_it_differently() -> None:
    before = Partial("我要", "八核")
    assert agree(before, "喂要八核的") == Partial("我要", "八核的")
    assert agree(before, "我") == Partial("我要", "")


@pytest.mark.parametrize(("seconds", "settled"), [((4.0, 0.5), 0), ((4.0, 1.0), 1), ((4.0, 4.0, 0.5), 1), ((9.0,), 0)])
def test_a_stretch_is_settled_when_a_second_follows_it(seconds: tuple[float, ...], settled: int) -> None:
    assert settles([np.zeros(int(one * SAMPLE_RATE_HZ), np.float32) for one in seconds]) == settled


@pytest.mark.skipif(not (bundled_folder() / "model.bin").exists(), reason="no bundled recogniser")
def test_a_long_turn_followed_as_it_grows_is_heard_as_when_it_is_heard_at_once() -> None:
    voice = DialectVoice("cmn", Speaker("f3", 150))
    pause = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    said = ("你好我想买一台云服务器", "要八核十六G的内存", "那这个的年费是多少", "能不能便宜一点")
    parts = [part for text in said for part in (at_16k(voice.synthesize(text)), pause)]
    voice.close()
    turn = np.concatenate(parts)
    recogniser = WhisperRecogniser(bundled_folder())
    assert isinstance(recogniser, Following)
    followed = recogniser.follow(turn[: len(turn) * 2 // 3])
    assert 0 < followed.settled < len(turn) * 2 // 3
    last = recogniser.follow(turn, followed)
    assert last.transcript.text == recogniser.transcribe(turn).text
    assert last.settled >= followed.settled
