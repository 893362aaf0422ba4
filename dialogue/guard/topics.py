"""What a seller does not talk about: medicine, politics, bets, law; and nothing ill of other sellers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading
from dialogue.guard.settings import GuardSettings
from dialogue.guard.words import either, topic_words
from nlu.text import fold
from nlu.topics import standard as everyday_topics

_SHORTEST = 2
_NEAR = 4
_REFUSED = re.compile(
    r"不(?:懂|聊|谈|评价|好评价|方便|能|敢|清楚|了解|在行)|帮不上|答不了|不好|您得问|您可以问|要问|还是(?:聊|说)"
)


class Topics:
    """The topics that one bot keeps out of. Thread safe."""

    def __init__(self, settings: GuardSettings, own: str) -> None:
        words = topic_words()
        self._said = either((*words.said, *map(re.escape, map(fold, settings.off_topic))))
        families = [
            word for word, topic in everyday_topics().of_word.items() if topic in words.families and len(word) >= _SHORTEST
        ]
        self._advised = either((*words.advised, *(re.escape(word) for word in families if word not in own)))
        self._advice = re.compile(words.advice)
        self._trade = re.compile(words.trade)
        sellers = either((words.sellers, *map(re.escape, map(fold, settings.others))))
        self._ill = re.compile(f"(?:{sellers.pattern})[^。！？!?]{{0,12}}?(?:{words.sellers_ill})")

    def strayed(self, reading: Reading) -> Iterator[str]:
        """Words of the new part that no seller says."""
        for pattern, freely in ((self._said, False), (self._advised, True), (self._ill, False)):
            for found in pattern.finditer(reading.text):
                if found.end() > reading.start and not self._in_order(reading, found, freely):
                    yield found.group()

    def _in_order(self, reading: Reading, found: re.Match[str], freely: bool) -> bool:
        text = reading.text
        first, last = reading.sentence_start(found.start()), found.end()
        around = text[first : found.start()] + text[last:]
        if self._trade.search(text[last : last + _NEAR]) or re.search(
            r"您(?:们|家|那边)?(?:是|公司)?(?:做|卖|开|搞)[^。！？,，]{0,4}$", text[: found.start()]
        ):
            return True
        if is_denied(reading, *found.span()) or _REFUSED.search(text[first:]):
            return True
        return freely and not self._advice.search(around)
