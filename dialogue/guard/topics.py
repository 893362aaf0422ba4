"""What a seller does not talk about: medicine, politics, bets, law; and nothing ill of other sellers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading
from dialogue.guard.words import either, topic_words
from dialogue.guard_settings import GuardSettings
from nlu.text import fold
from nlu.topics import standard as everyday_topics

_SHORTEST = 2
"""Characters of a word of nlu/topics.txt that counts: single ones are parts of too many others."""
_NEAR = 4
"""Characters behind a word in which its trade is named: 彩票系统."""
_REFUSED = re.compile(
    r"不(?:能|敢|好|便|方便)?(?:懂|聊|谈|乱说|评价|评论|清楚|了解|在行|建议|推荐)|不好说|帮不上|答不了"
    r"|慢点|当心|注意安全|带(?:把|好)?伞|多穿|路滑"
    r"|您(?:得|可以)问|得问|要问|还是(?:聊|说)|说回"
)
_FELT = re.compile(r"上火|头[疼痛大]|心[疼痛]|肉痛")
_VEXED = re.compile(
    r"(?:[换搁]了?(?:谁|成?我)|谁(?:都|也|不|碰上|遇上|摊上)|让[人您]|怪不得您|难怪您|确实|真是|够)[^。！？]{0,6}$"
)
"""搁谁都得上火: a way of saying that somebody is vexed, no illness."""
_TRADE_AHEAD = re.compile(r"您(?:们|家|那边)?(?:是|公司)?(?:做|卖|开|搞)[^。！？,，]{0,4}$")


class Topics:
    """The topics that one bot keeps out of; a word of its own texts (`own`) is none. Thread safe."""

    def __init__(self, settings: GuardSettings, own: str) -> None:
        self._own = own
        words = topic_words()
        self._trade = re.compile(words.trade)
        self._said = either((*words.said, *map(re.escape, map(fold, settings.off_topic))))
        known = everyday_topics().of_word.items()
        ill = bool(re.search(words.health, own))
        watched = [topic for topic in words.families if not (ill and topic.startswith("health"))]
        families = (word for word, topic in known if topic in watched and len(word) >= _SHORTEST and word not in own)
        everyday = [line for line in words.everyday if not (ill and "看病" in line)]
        self._everyday = either((*everyday, *map(re.escape, sorted(families, key=len, reverse=True))))
        sellers = either((words.sellers, *map(re.escape, map(fold, settings.others))))
        self._ill = re.compile(f"(?:{sellers.pattern})[^。！？!?]{{0,12}}?(?:{words.sellers_ill})")

    def strayed(self, reading: Reading, everyday: bool = True) -> Iterator[str]:
        """Words of the new part that no seller says; without `everyday` only those that he has no reason to say."""
        text = reading.text
        for found in self._said.finditer(text):
            said_so = re.search(f"(?<![不没禁]){re.escape(found.group())}", self._own)
            if found.end() > reading.start and not (
                said_so or is_denied(reading, *found.span()) or self._in_order(reading, found)
            ):
                yield found.group()
        for found in self._ill.finditer(text):
            if found.end() > reading.start and not self._refused(reading, found):
                yield found.group()
        for found in self._everyday.finditer(text) if everyday else ():
            trade = self._trade.search(text[reading.sentence_start(found.start()) :])
            if found.end() > reading.start and not (trade or found.group() in self._own or self._in_order(reading, found)):
                yield found.group()

    def _in_order(self, reading: Reading, found: re.Match[str]) -> bool:
        """Whether the word is the customer's trade, or what the bot does not talk about in so many words."""
        text = reading.text
        if _FELT.fullmatch(found.group()) and _VEXED.search(text[: found.start()]):
            return True
        if self._trade.search(text[found.end() : found.end() + _NEAR]) or _TRADE_AHEAD.search(text[: found.start()]):
            return True
        return self._refused(reading, found)

    @staticmethod
    def _refused(reading: Reading, found: re.Match[str]) -> bool:
        return bool(_REFUSED.search(reading.text, reading.sentence_start(found.start())))
