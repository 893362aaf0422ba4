"""A call whose replies a language model words while the caller hears them: a real bot, a server that streams, real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from asr.transcript import Samples, Transcript
from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from deploy.media.options import CallOptions
from deploy.media.parts import CallName, CallParts
from deploy.media.records import CallRecord
from deploy.media.session import CallSession
from deploy.media.speaker import Speaker
from deploy.media.transport import Sound
from dialogue.events import BotUttered
from nlu.understanding import Entity, Need, Understanding
from tests.dialogue.llm.server import Answer, endpoint
from tests.dialogue.wording.house import WORDS, house
from tests.fakes import TimedLine, ToneVoice

LLM = "models: {{llm: {{url: '{url}', model: base, retries: 0}}}}\n"
COMPLAINT, PRICE = "又打不开了", "云服务器一年多少钱"
SAID = ("非常抱歉让您久等了。", "我马上帮您查。")
REST = "接下来我会请技术同事把您的机器从头到尾检查一遍，看看到底是哪里出了问题。"
QUOTED = "您好呀，云服务器标准型8核16G每月469元呢，包年是4690元。"


class Scripted:
    def parse(self, text: str) -> Understanding:
        needs = WORDS.get(text, ())
        found = (Entity("product_type", "cloud_server", "云服务器", 0, 4),) if text == PRICE else ()
        return Understanding(text, tuple(Need(one.intent, 0.9, found) for one in needs), found, 0.9)


class FromZero(asyncio.SelectorEventLoop):
    """Real time, counted from the beginning, as a TimedLine counts it."""

    def __init__(self) -> None:
        self._began_at = time.monotonic()
        super().__init__()

    def time(self) -> float:
        return time.monotonic() - self._began_at


class Shorter:
    """Hears the complaint in what is short, the question in what is long."""

    def __init__(self, longest_s: float) -> None:
        self.longest_s = longest_s

    def transcribe(self, samples: Samples) -> Transcript:
        return Transcript(COMPLAINT if len(samples) / 16_000 < self.longest_s else PRICE, "cmn", 0.9)


def test_a_caller_who_talks_into_a_worded_reply_stops_the_speech_and_the_model(
    utter: Callable[[str], Sound], tmp_path: Path
) -> None:
    first, second = utter(COMPLAINT), utter(PRICE)
    breaks_in_s = 1.0 + len(first) / 8000 + 1.6
    ends_s = breaks_in_s + len(second) / 8000
    line = TimedLine({1.0: first, breaks_in_s: second}, hang_up_s=ends_s + 2.5)
    voice, recogniser = ToneVoice(), Shorter((len(first) + len(second)) / 16_000 + 0.7)

    async def call(bot: SalesBot) -> CallRecord:
        with ThreadPoolExecutor(2) as turns:
            parts = CallParts(bot, recogniser, Speaker(voice), CallOptions(end_silence_ms=300), turns=turns)
            return await CallSession(CallName("c", "test"), line, parts).run()

    with endpoint(Answer((*SAID, *REST), pause_s=0.25), Answer((QUOTED,))) as served:
        shop = house(tmp_path, LLM.format(url=served.url), max_chars=200)
        with closing(SalesBot(parts_of(shop, Scripted(), Shared.of(shop, "sqlite://")))) as bot:
            with asyncio.Runner(loop_factory=FromZero) as runner:
                record = runner.run(call(bot))
            replies = [event.text for event in bot.state("c").history if isinstance(event, BotUttered)]
        assert served.hung_up.wait(10)
    turns = {turn.heard: turn for turn in record.turns if turn.heard}
    assert list(turns) == [COMPLAINT, PRICE]
    assert turns[COMPLAINT].interrupted
    assert [(one.worded, one.dropped) for one in turns[COMPLAINT].wordings] == [(True, "interrupted")]
    assert turns[COMPLAINT].reply in replies
    assert REST not in "".join(replies)
    assert turns[COMPLAINT].reply.startswith(SAID[0])
    assert not any(sentence in REST for sentence in voice.spoken)
    silent_from_s = max(at for at in line.bot_seconds() if at < ends_s)
    assert silent_from_s - breaks_in_s < 0.8
    assert turns[PRICE].reply == QUOTED
